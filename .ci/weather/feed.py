"""feed.py postgres|mariadb|galera ENTRIES: 32 writers that sleep between statement and COMMIT, two processes that number, on Galera on two
nodes, and a reader that polls: it misses no entry and sees none twice, each writer's in order."""
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from galera import node, synced
from hosts import Host, verdict
from servers import MariaDb, Postgres, free_port, sh, wait_until

WRITERS = 32
COLUMNS = "changed_at, request_id, kind, host_id"
# No host has such an id: what is written touches nothing.
FIRST = 10_000_000_000


def transactions(writer, entries, kind):
    """The SQL of one writer: one to five rows at a time, now and then rolled back."""
    sleep = "select pg_sleep({})" if kind == "postgres" else "do sleep({})"
    begin, written, lines = "begin" if kind == "postgres" else "start transaction", 0, []
    while written < entries:
        kept, rows = random.random() > 0.05, []
        for _ in range(random.randint(1, 5)):
            request = f"{writer + 1:08x}{written:024x}" if kept else "f" * 32
            rows.append(f"(1, '{request}', 'host.addresses', {FIRST + writer * 1_000_000 + written})")
            written += kept
        lines += [f"{begin};", f"insert into scim_changes ({COLUMNS}) values {', '.join(rows)};",
                  sleep.format(round(random.uniform(0, 0.05), 3)) + ";", "commit;" if kept else "rollback;"]
    return "\n".join(lines) + "\n"


def client(server, kind, url):
    name = url.rsplit("/", 1)[1]
    if kind == "postgres":
        return ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-o", "/dev/null", name]
    return ["mariadb", "--no-defaults", "-h127.0.0.1", f"-P{server.port}", "-uroot", name]


def ask(server, kind, url, sql):
    name = url.rsplit("/", 1)[1]
    if kind == "postgres":
        return sh("psql", "-qAtF", "\t", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-c", sql, name)
    return server.query(f"use {name}; {sql}")


class Reader(threading.Thread):
    def __init__(self, host):
        super().__init__()
        self.host, self.seen, self.faults, self.over, self.cursor = host, [], [], threading.Event(), 0

    def run(self):
        while True:
            over = self.over.is_set()
            status, page = self.host.call("GET", f"/changes?after={self.cursor}&limit=1000", timeout=30)
            if status != 200:
                self.faults.append(f"changes {status} {page}")
                return
            for change in page["changes"]:
                if change["number"] != self.cursor + 1:
                    self.faults.append(f"{change['number']} after {self.cursor}")
                self.cursor = change["number"]
                self.seen.append(change)
            if not page["changes"]:
                if over:
                    return
                time.sleep(0.02)


def run(kind, servers, url, entries, folder):
    hosts, faults = [], []
    try:
        for number, server in enumerate(servers):
            at = url.replace(f":{servers[0].port}/", f":{server.port}/")
            hosts.append(Host(at, free_port(), f"{folder}/host{number}.log").start(90))
        reader = Reader(hosts[-1])
        reader.start()
        began = time.time()
        writers, errors = [], []
        for number in range(WRITERS):
            server = servers[number % len(servers)]
            sql = transactions(number, entries // WRITERS, kind)
            process = subprocess.Popen(client(server, kind, url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            thread = threading.Thread(target=lambda process=process, sql=sql: errors.append(process.communicate(sql)[1]))
            thread.start()
            writers.append(thread)
        for writer in writers:
            writer.join()
        took = time.time() - began
        faults += [error for error in errors if error]
        rows = ask(servers[0], kind, url, "select request_id from scim_changes where kind = 'host.addresses'").split()
        if not wait_until(lambda: len(reader.seen) >= len(rows), 120):
            faults.append(f"after 120 s {len(rows) - len(reader.seen)} are not numbered")
        behind = time.time() - began - took
        reader.over.set()
        reader.join()
        faults += reader.faults
        seen = [change["requestId"] for change in reader.seen if change["kind"] == "host.addresses"]
        faults += [f"{len(set(rows) - set(seen))} missed"] if set(rows) - set(seen) else []
        faults += [f"{len(seen) - len(set(seen))} seen twice"] if len(seen) != len(set(seen)) else []
        faults += ["what was rolled back is seen"] if "f" * 32 in seen else []
        for writer in range(WRITERS):
            own = [request for request in seen if request.startswith(f"{writer + 1:08x}")]
            if own != sorted(own):
                faults.append(f"writer {writer} is out of order")
        for host in hosts:
            faults += host.errors()[:3]
        warned = sum("could not be numbered" in host.log.read_text() for host in hosts)
        verdict(f"feed on {kind}, {len(hosts)} processes", faults,
                [f"{len(rows)} entries by {WRITERS} writers in {took:.0f} s", f"all read {behind:.1f} s later", f"{warned} warnings"])
    finally:
        for host in hosts:
            host.stop()


def main():
    kind, entries = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        servers = []
        try:
            if kind == "galera":
                ports = [free_port() for _ in range(2)]
                for number in range(2):
                    servers.append(node(folder, number, ports, number == 0).start())
                    if not wait_until(lambda: synced(servers[-1])):
                        raise SystemExit(f"node {number} does not join")
                url = servers[0].database("feed")
                run("galera", servers, url, entries, folder)
            else:
                server = {"postgres": Postgres, "mariadb": MariaDb}[kind](folder).start()
                servers.append(server)
                # Two processes on one database.
                run(kind, [server, server], server.database("feed"), entries, folder)
        finally:
            for server in servers:
                server.stop()


main()
