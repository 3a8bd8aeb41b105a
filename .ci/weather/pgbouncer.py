"""pgbouncer.py SECONDS: a storm through pgbouncer, by session, and by transaction where it keeps prepared statements (1.21)."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from hosts import Host, verdict
from servers import Postgres, free_port, sh
from storm import Storm


def main():
    seconds = float(sys.argv[1])
    version = tuple(int(part) for part in re.search(r"(\d+)\.(\d+)", sh("pgbouncer", "--version")).groups())
    modes = [("session", "")]
    if version >= (1, 21):
        modes.append(("transaction", "max_prepared_statements = 200\n"))
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o777)
        server = Postgres(folder).start()
        for mode, more in modes:
            server.database(f"through_{mode}")
            port = free_port()
            settings = pathlib.Path(folder) / f"{mode}.ini"
            settings.write_text(
                f"[databases]\n* = host=127.0.0.1 port={server.port} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\ndefault_pool_size = 20\n"
                f"max_client_conn = 100\nlogfile = {folder}/{mode}.log\npidfile = {folder}/{mode}.pid\n{more}")
            command = ["pgbouncer", str(settings)]
            if os.getuid() == 0:
                command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
            bouncer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
            time.sleep(1)
            url = f"postgres://postgres@127.0.0.1:{port}/through_{mode}"
            hosts = [Host(url, free_port(), f"{folder}/{mode}{number}.log").start() for number in range(2)]
            storm = Storm(hosts).begin(seconds).wait()
            faults = storm.faults() + hosts[0].errors() + hosts[1].errors()
            for host in hosts:
                host.stop()
            bouncer.terminate()
            bouncer.wait()
            verdict(f"pgbouncer {version[0]}.{version[1]} by {mode}", faults, storm.facts())
        if len(modes) == 1:
            print(f"pgbouncer {version[0]}.{version[1]} keeps no prepared statements: by transaction was not run")
        server.stop()


main()
