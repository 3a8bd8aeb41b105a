"""starts.py postgres|mariadb|sqlite ROUNDS: a first start is killed at a random moment, several times in a row, and the next one
serves; then four hosts start at once on an empty database, all serve, and the demonstration is seeded once."""
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from hosts import BINARY, Host, verdict
from servers import MariaDb, Postgres, free_port


def main():
    kind, rounds = sys.argv[1], int(sys.argv[2])
    faults = []
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None

        def fresh(name):
            return server.database(name) if server else f"sqlite://{folder}/{name}.db?mode=rwc"

        for round_number in range(rounds):
            host = Host(fresh(f"killed{round_number}"), free_port(), f"{folder}/killed.log", demo_hosts=3)
            for _ in range(random.randrange(1, 4)):
                environment = {**os.environ, "LISTEN": f"127.0.0.1:{host.port}", "SCIM_TOKEN": "weather", "DATABASE_URL": host.url, "DEMO_HOSTS": "3"}
                with open(f"{folder}/killed.log", "ab") as log:
                    host.process = subprocess.Popen([BINARY], env=environment, stdout=log, stderr=log)
                time.sleep(random.uniform(0.005, 0.2))
                host.kill()
            try:
                host.start(20)
                status, _ = host.call("POST", "/Users", {"userName": "ava@x.y"})
                demo = host.call("GET", "/api/v1/fleet/hosts?per_page=50")[1]["count"]
                if status != 201 or demo != 3:
                    faults.append(f"round {round_number}: POST {status}, {demo} demonstration hosts")
                host.kill()
            except SystemExit as error:
                faults.append(str(error))
        for round_number in range(rounds):
            url = fresh(f"four{round_number}")
            hosts = [Host(url, free_port(), f"{folder}/four{number}.log", demo_hosts=12) for number in range(4)]
            failed = []

            def begin(host):
                try:
                    host.start(20)
                except SystemExit as error:
                    failed.append(str(error))

            threads = [threading.Thread(target=begin, args=(host,)) for host in hosts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            faults += [f"round {round_number}: {error}" for error in failed]
            if not failed:
                demo = hosts[0].call("GET", "/api/v1/fleet/hosts?per_page=100")[1]["count"]
                if demo != 12:
                    faults.append(f"round {round_number}: {demo} demonstration hosts")
            for host in hosts:
                if host.process.poll() is None:
                    host.kill()
        if server:
            server.stop()
        verdict(f"first starts on {kind}", faults, [f"{rounds} killed, {rounds} of four at once"])


main()
