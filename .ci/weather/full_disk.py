"""full_disk.py sqlite|postgres|mariadb: the disk is full for a while. Nobody is answered 500, and what is acknowledged before,
meanwhile and afterwards is there after a restart. Wants to mount a tmpfs, so root."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from hosts import Host, verdict
from servers import MariaDb, Postgres, free_port

#: MB of the disk: what an empty database takes, and a little.
SIZE = {"sqlite": 8, "postgres": 220, "mariadb": 160}


def user(number, size):
    return {"userName": f"u{number}@x.y", "title": "x" * size}


def fill(disk):
    """Writes until nothing fits."""
    with open(disk / "ballast", "wb", buffering=0) as ballast:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while ballast.write(b"x" * size):
                    pass
            except OSError:
                pass


def main():
    kind, faults, acknowledged, statuses = sys.argv[1], [], {}, []
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        disk = pathlib.Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE[kind]}m,mode=0777", "tmpfs", disk], check=True)
        server = None
        try:
            if kind == "sqlite":
                url = f"sqlite://{disk}/scim.db?mode=rwc"
            else:
                server = {"postgres": Postgres, "mariadb": MariaDb}[kind](disk)
                url = server.start().database("disk")
            host = Host(url, free_port(), f"{folder}/host.log").start()
            group = host.call("POST", "/Groups", {"displayName": "g"})[1]["id"]

            def create(number, size=3000):
                status, answer = host.call("POST", "/Users", user(number, size), timeout=60)
                statuses.append(status)
                if status == 201:
                    acknowledged[answer["id"]] = f"u{number}@x.y"
                return status

            for number in range(5):
                create(number)
            fill(disk)
            full = [create(number) for number in range(100, 160 if kind == "sqlite" else 400)]
            (disk / "ballast").unlink()
            # The database may have ended on the full disk; its own restart is the administrator's.
            if server and not server.answers():
                server.kill()
                server.start()
            end = time.time() + 20
            while host.call("GET", "/readyz", root=True)[0] != 200 and time.time() < end:
                time.sleep(0.2)
            statuses.append(host.call("POST", "/Users", user(0, 10))[0])
            for number in range(1000, 1020):
                create(number, 10)
            for identifier in list(acknowledged)[-10:]:
                operation = {"op": "add", "path": "members", "value": [{"value": identifier}]}
                status, _ = host.call("PATCH", f"/Groups/{group}", {"Operations": [operation]})
                if status != 200:
                    faults.append(f"a member added afterwards is answered {status}")
            host.stop()
            host.start()
            for identifier, name in acknowledged.items():
                status, answer = host.call("GET", f"/Users/{identifier}")
                if status != 200 or answer["userName"] != name:
                    faults.append(f"lost {name}: {status}")
            members = host.call("GET", f"/Groups/{group}")[1].get("members", [])
            if len(members) != 10:
                faults.append(f"{10 - len(members)} members lost")
            if 503 not in full:
                faults.append("the disk was never full")
            if 500 in statuses:
                faults.append(f"{statuses.count(500)} times 500")
            if 409 not in statuses:
                faults.append("an ordinary 409 is none")
            faults += host.errors()[:3]
            host.stop()
        finally:
            if server:
                server.stop()
            subprocess.run(["umount", "-l", disk], check=True)
        counts = {status: statuses.count(status) for status in sorted(set(statuses))}
        verdict(f"full disk on {kind}", faults, [f"acknowledged {len(acknowledged)}", str(counts)])


main()
