"""galera.py SECONDS: three nodes of MariaDB Galera, a host on each, writers through all of them, and one node killed in the middle."""
import os
import sys
import tempfile
import threading
import time

from hosts import Host, verdict
from servers import MariaDb, free_port, wait_until
from storm import Storm

PROVIDER = "/usr/lib/galera/libgalera_smm.so"


def node(folder, number, ports, first):
    port = ports[number]
    address = "gcomm://" if first else "gcomm://" + ",".join(f"127.0.0.1:{other}" for other in ports)
    return MariaDb(folder, [
        "--binlog-format=ROW", "--default-storage-engine=InnoDB", "--innodb-autoinc-lock-mode=2", "--wsrep-on=ON",
        f"--wsrep-provider={PROVIDER}", "--wsrep-cluster-name=fleet", f"--wsrep-cluster-address={address}",
        f"--wsrep-node-name=n{number}", f"--wsrep-node-address=127.0.0.1:{port}", "--wsrep-sst-method=rsync",
        f"--wsrep-sst-receive-address=127.0.0.1:{port + 2}",
        f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{port};ist.recv_addr=127.0.0.1:{port + 1};"
        f"base_port={port};gcache.size=64M"], number)


def synced(server):
    return "Synced" in server.query("show status like 'wsrep_local_state_comment'")


def main():
    seconds = float(sys.argv[1])
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        ports = [free_port() for _ in range(3)]
        nodes, hosts = [], []
        try:
            for number in range(3):
                nodes.append(node(folder, number, ports, number == 0).start())
                if not wait_until(lambda: synced(nodes[-1])):
                    raise SystemExit(f"node {number} does not join")
            nodes[0].database("fleet")
            # All at once on an empty database: one migrates, whichever node it is on.
            hosts = [Host(server.url("fleet"), free_port(), f"{folder}/host{number}.log") for number, server in enumerate(nodes)]
            starting = [threading.Thread(target=host.start, args=(90,)) for host in hosts]
            for thread in starting:
                thread.start()
            for thread in starting:
                thread.join()
            for host in hosts:
                if host.process.poll() is not None:
                    raise SystemExit("a host did not start: " + host.log.read_text()[-400:])
            storm = Storm(hosts).begin(seconds)
            time.sleep(seconds / 2)
            nodes[2].kill()
            storm.wait()
            time.sleep(3)
            faults = storm.faults(hosts[:2])
            for host in hosts[:2]:
                faults += host.errors()[:3]
            verdict("Galera, a node killed", faults, storm.facts())
        finally:
            for host in hosts:
                host.stop()
            for server in nodes[:2]:
                server.stop()
            for server in nodes[2:]:
                if server.process.poll() is None:
                    server.kill()


if __name__ == "__main__":
    main()
