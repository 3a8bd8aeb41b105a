"""backup.py postgres|mariadb|sqlite: what docs/databases.md says of backups, done while users are created; the copy is restored
into a new database, has everything that was acknowledged before the backup began, and serves."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

from hosts import ROOT, Host, verdict
from servers import MariaDb, Postgres, free_port


def commands(kind):
    """The commands of the guide for a database, with $URL, $NEW and $FOLDER to be filled in."""
    text = (ROOT / "docs/databases.md").read_text().split("## Back up and restore")[1]
    blocks = re.findall(r"```sh\n# (\w+)\n(.*?)```", text, re.S)
    return dict(blocks)[kind]


def main():
    kind = sys.argv[1]
    faults = []
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None
        url = server.database("live") if server else f"sqlite://{folder}/live.db?mode=rwc"
        new = server.database("restored") if server else f"sqlite://{folder}/restored.db"
        host = Host(url, free_port(), f"{folder}/host.log").start()
        for number in range(200):
            status, _ = host.call("POST", "/Users", {"userName": f"before{number}@x.y"})
            assert status == 201, status
        going = threading.Event()

        def write():
            number = 0
            while not going.is_set():
                status, _ = host.call("POST", "/Users", {"userName": f"during{number}@x.y"})
                number += 1
                if status != 201:
                    faults.append(f"a POST beside the backup: {status}")

        writer = threading.Thread(target=write)
        writer.start()
        environment = {**os.environ, "FOLDER": folder, "URL": url, "NEW": new}
        if kind == "sqlite":
            environment.update(LIVE=f"{folder}/live.db", RESTORED=f"{folder}/restored.db")
        if kind == "mariadb":
            environment.update(LIVE="wlive", RESTORED="wrestored", OPTIONS=f"--no-defaults -h127.0.0.1 -P{server.port} -uroot")
        done = subprocess.run(["bash", "-euxc", commands(kind)], env=environment, capture_output=True, text=True)
        going.set()
        writer.join()
        if done.returncode:
            raise SystemExit(done.stderr)
        host.stop()
        restored = Host(new, free_port(), f"{folder}/restored.log").start()
        status, answer = restored.call("GET", "/readyz", root=True)
        if status != 200:
            faults.append(f"/readyz after the restore: {status} {answer}")
        before = restored.call("GET", "/Users?filter=userName%20sw%20%22before%22&count=0")[1]["totalResults"]
        if before != 200:
            faults.append(f"{before} of 200 users were in the backup")
        status, _ = restored.call("POST", "/Users", {"userName": "after@x.y"})
        if status != 201:
            faults.append(f"a POST after the restore: {status}")
        everybody = restored.call("GET", "/Users?count=0")[1]["totalResults"]
        found = restored.call("GET", "/Users?filter=userName%20pr&count=0")[1]["totalResults"]
        if everybody != found:
            faults.append(f"{everybody} are counted, {found} are there")
        restored.stop()
        if server:
            server.stop()
        verdict(f"backup on {kind}", faults, [f"{before} before, {everybody - before - 1} during"])


main()
