"""deletion.py postgres|mariadb|sqlite USERS: a connection with so many users is deleted while others are served; the host is killed
in the middle, and the next one goes on. Prints how long others waited."""
import os
import sys
import tempfile
import threading
import time

from hosts import Host, verdict
from servers import MariaDb, Postgres, free_port

BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
# Operations of one Bulk request.
OPERATIONS = 100


def fill(host, users, faults):
    """Creates the users, and a group of every thousand."""
    ids = []
    for first in range(0, users, OPERATIONS):
        names = range(first, min(users, first + OPERATIONS))
        operations = [{"method": "POST", "path": "/Users", "bulkId": str(n), "data": {"userName": f"u{n}@x.y", "emails": [{"value": f"m{n}@x.y"}]}} for n in names]
        status, answer = host.call("POST", "/connections/big/v2/Bulk", {"schemas": [BULK], "Operations": operations}, timeout=120)
        done = [operation for operation in answer["Operations"] if operation["status"] == "201"] if status == 200 else []
        if len(done) != len(names):
            faults.append(f"{len(done)} users of {len(names)}: {status}")
        ids += [operation["location"].rsplit("/", 1)[1] for operation in done]
    for first in range(0, len(ids), 1000):
        members = [{"value": user} for user in ids[first : first + 1000]]
        status, answer = host.call("POST", "/connections/big/v2/Groups", {"displayName": f"g{first}", "members": members}, timeout=120)
        if status != 201:
            faults.append(f"a group: {status} {answer}")


def main():
    kind, users = sys.argv[1], int(sys.argv[2])
    faults, waits = [], []
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None
        url = server.database("deleted") if server else f"sqlite://{folder}/deleted.db?mode=rwc"
        host = Host(url, free_port(), f"{folder}/host.log").start(60)
        assert host.call("POST", "/connections", {"name": "big"})[0] == 201
        fill(host, users, faults)
        before = host.call("GET", "/connections/big")[1]
        if (before["users"], before["groups"]) != (users, (users + 999) // 1000):
            faults.append(f"before: {before}")
        status, refused = host.call("DELETE", "/connections/big", timeout=120)
        if status != 409:
            faults.append(f"without confirm: {status}")
        began = time.time()
        status, taken = host.call("DELETE", "/connections/big?confirm=big", timeout=120)
        if status != 202 or taken.get("users") != users:
            faults.append(f"the deletion: {status} {taken}")
        over, down, killed = threading.Event(), threading.Event(), threading.Event()

        def others(write):
            number = 0
            while not over.is_set():
                number += 1
                asked = time.time()
                try:
                    if write:
                        status, _ = host.call("POST", "/Users", {"userName": f"other{number}-{asked}@x.y"})
                    else:
                        status, _ = host.call("GET", "/Users?count=10")
                except Exception as error:
                    # While the host is killed and the next one is not there yet.
                    if not down.is_set():
                        faults.append(f"another request: {error!r}")
                    killed.wait(60)
                    continue
                waits.append(time.time() - asked)
                if status not in (200, 201):
                    faults.append(f"another request: {status}")
                time.sleep(0.02)

        threads = [threading.Thread(target=others, args=(write,)) for write in (True, False)]
        for thread in threads:
            thread.start()
        left, middle = users, None
        while time.time() < began + 1800:
            time.sleep(0.2)
            status, answer = host.call("GET", "/connections/big", timeout=120)
            if status == 404:
                break
            left = answer["users"] if status == 200 else left
            if middle is None and left < users / 2:
                middle = left
                down.set()
                host.kill()
                host.start(60)
                killed.set()
                # Whoever was under way when it was killed has heard of it by then.
                time.sleep(0.5)
                down.clear()
        took = time.time() - began
        over.set()
        killed.set()
        for thread in threads:
            thread.join()
        if status != 404:
            faults.append(f"{left} users are left after {took:.0f} s")
        if middle is None:
            faults.append("the host was not killed in the middle")
        status, again = host.call("POST", "/connections", {"name": "big"})
        if status != 201:
            faults.append(f"the name is not free again: {status} {again}")
        faults += host.errors()[:3]
        host.stop()
        if server:
            server.stop()
    waits.sort()
    p99, longest = waits[int(len(waits) * 0.99)], waits[-1]
    if longest > 1:
        faults.append(f"another request waited {longest:.2f} s")
    facts = [f"{users} users gone in {took:.0f} s, killed at {middle} left", f"{len(waits)} other requests, p99 {p99 * 1000:.0f} ms, longest {longest * 1000:.0f} ms"]
    verdict(f"deletion {kind}", faults, facts)


main()
