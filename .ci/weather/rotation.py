"""rotation.py postgres|mariadb|sqlite SECONDS: two hosts on one database serve fifty requests a second by a token that is rotated
every three seconds, and none of them is refused; a token that one host revokes is refused by the other within two seconds."""
import os
import sys
import tempfile
import threading
import time

from hosts import MOUNT, Host, verdict
from servers import MariaDb, Postgres, free_port

# Requests in a second, of all clients together.
RATE = 50
CLIENTS = 10


def main():
    kind, seconds = sys.argv[1], float(sys.argv[2])
    faults = []
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None
        url = server.database("rotated") if server else f"sqlite://{folder}/rotated.db?mode=rwc"
        hosts = [Host(url, free_port(), f"{folder}/{number}.log").start(60) for number in range(2)]
        assert hosts[0].call("POST", "/connections", {"name": "okta"})[0] == 201
        tokens = f"{MOUNT}/connections/okta/tokens"
        current = hosts[0].call("POST", tokens, {"note": "rotated"})[1]
        served, over = [0], threading.Event()
        lock = threading.Lock()

        def client(number):
            at = time.time() + number / RATE
            turn = 0
            while not over.is_set():
                time.sleep(max(0, at - time.time()))
                at += CLIENTS / RATE
                turn += 1
                write = turn % 5 == 0
                body = {"userName": f"u{number}-{turn}@x.y"} if write else None
                try:
                    status, answer = hosts[turn % 2].call("POST" if write else "GET", "/Users" + ("" if write else "?count=1"), body, token=current["token"])
                except Exception as error:
                    status, answer = 0, error
                with lock:
                    served[0] += 1
                    if status not in (200, 201):
                        faults.append(f"{status} {answer}")

        clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
        for thread in clients:
            thread.start()
        end, rotations = time.time() + seconds, 0
        while time.time() < end:
            time.sleep(3)
            status, successor = hosts[rotations % 2].call("POST", f"{tokens}/{current['id']}/rotate?grace=10")
            if status != 201:
                faults.append(f"a rotation: {status} {successor}")
                continue
            current, rotations = successor, rotations + 1
        over.set()
        for thread in clients:
            thread.join()
        if served[0] < 0.8 * RATE * seconds:
            faults.append(f"{served[0]} requests are fewer than {RATE} a second")
        status, _ = hosts[1].call("GET", "/Users?count=1", token=current["token"])
        if status != 200:
            faults.append(f"before it is revoked: {status}")
        if hosts[0].call("DELETE", f"{tokens}/{current['id']}")[0] != 204:
            faults.append("it could not be revoked")
        revoked = time.time()
        if hosts[0].call("GET", "/Users?count=1", token=current["token"])[0] != 401:
            faults.append("the host that revoked it still serves it")
        while hosts[1].call("GET", "/Users?count=1", token=current["token"])[0] != 401 and time.time() < revoked + 10:
            time.sleep(0.01)
        took = time.time() - revoked
        if took > 2:
            faults.append(f"the other host refused it after {took:.1f} s")
        for host in hosts:
            faults += host.errors()[:3]
            host.stop()
        if server:
            server.stop()
    facts = [f"{served[0]} requests in {seconds:.0f} s", f"{rotations} rotations", f"revoked elsewhere after {took:.2f} s"]
    verdict(f"rotation {kind}", faults, facts)


main()
