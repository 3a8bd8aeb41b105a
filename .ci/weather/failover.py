"""failover.py: two nodes of PostgreSQL under Patroni, two hosts that follow the leader. The leader is killed; then a planned
switchover after which the address goes on pointing at the old leader, a standby by now, for ten seconds, and sessions stay.
Wants patroni, etcd and haproxy."""
import glob
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from hosts import Host, verdict
from servers import free_port, sh, wait_until
from storm import Storm

CONFIGURATION = """
scope: weather
namespace: /db/
name: n{n}
restapi: {{listen: "127.0.0.1:{rest}", connect_address: "127.0.0.1:{rest}"}}
etcd3: {{host: "127.0.0.1:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 5
    primary_start_timeout: 0
    master_start_timeout: 0
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 60, shared_buffers: 64MB, wal_log_hints: "on", synchronous_commit: "on"}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, {{auth: trust}}]
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust", "local all all trust"]
postgresql:
  listen: "127.0.0.1:{port}"
  connect_address: "127.0.0.1:{port}"
  data_dir: {folder}/d{n}
  bin_dir: {bin}
  pgpass: {folder}/pgpass{n}
  authentication: {{superuser: {{username: postgres, password: x}}, replication: {{username: replicator, password: x}}, rewind: {{username: rewinder, password: x}}}}
  parameters: {{unix_socket_directories: "{folder}"}}
"""

PROXY = """
global
  maxconn 500
  stats socket {folder}/haproxy.sock level admin
defaults
  mode tcp
  timeout connect 1s
  timeout client 30m
  timeout server 30m
  retries 1
listen leader
  bind 127.0.0.1:{leader}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
  server n1 127.0.0.1:{port1} check port {rest1}
  server n2 127.0.0.1:{port2} check port {rest2}
listen address
  bind 127.0.0.1:{address}
  server n1 127.0.0.1:{port1}
  server n2 127.0.0.1:{port2} disabled
"""


def main():
    processes = []
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o777)
        ports = {name: free_port() for name in ("etcd", "peer", "rest1", "rest2", "port1", "port2", "leader", "address")}
        nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []

        def run(name, *command, **options):
            with open(f"{folder}/{name}.log", "ab") as log:
                processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True, **options))
            return processes[-1]

        def role(node, what):
            try:
                return urllib.request.urlopen(f"http://127.0.0.1:{ports[f'rest{node}']}/{what}", timeout=2).status == 200
            except OSError:
                return False

        def tell_proxy(*commands):
            import socket
            for command in commands:
                with socket.socket(socket.AF_UNIX) as control:
                    control.connect(f"{folder}/haproxy.sock")
                    control.sendall(command.encode() + b"\n")
                    control.recv(65536)

        try:
            etcd = f"http://127.0.0.1:{ports['etcd']}"
            peer = f"http://127.0.0.1:{ports['peer']}"
            run("etcd", "etcd", "--name", "e", "--data-dir", f"{folder}/etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"e={peer}")
            time.sleep(2)
            binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
            for node in (1, 2):
                configuration = pathlib.Path(folder) / f"n{node}.yml"
                configuration.write_text(CONFIGURATION.format(n=node, rest=ports[f"rest{node}"], etcd=ports["etcd"],
                                                              port=ports[f"port{node}"], folder=folder, bin=binaries))
                run(f"patroni{node}", *nobody, "patroni", str(configuration), env={**os.environ, "HOME": folder})
                if not wait_until(lambda: role(node, "primary" if node == 1 else "sync"), 90):
                    raise SystemExit(f"node {node} does not come up: " + pathlib.Path(f"{folder}/patroni{node}.log").read_text()[-600:])
            pathlib.Path(f"{folder}/haproxy.cfg").write_text(PROXY.format(folder=folder, **ports))
            run("haproxy", "haproxy", "-f", f"{folder}/haproxy.cfg")
            time.sleep(3)

            def leader():
                return next(node for node in (1, 2) if role(node, "primary"))

            def psql(port, sql):
                sh("psql", "-qAth", "127.0.0.1", "-p", str(port), "-U", "postgres", "-c", sql)

            psql(ports["leader"], "create database weather")
            hosts = [Host(f"postgres://postgres@127.0.0.1:{ports['leader']}/weather", free_port(), f"{folder}/follow{n}.log").start() for n in (1, 2)]
            storm = Storm(hosts).begin(25)
            time.sleep(6)
            old = leader()
            postmaster = int(pathlib.Path(f"{folder}/d{old}/postmaster.pid").read_text().split()[0])
            os.kill(postmaster, signal.SIGKILL)
            storm.wait()
            time.sleep(3)
            faults = storm.faults() + hosts[0].errors() + hosts[1].errors()
            if storm.gap() > 15:
                faults.append(f"no write succeeded for {storm.gap():.1f} s")
            for host in hosts:
                host.stop()
            verdict("the leader killed under Patroni", faults, storm.facts())

            if not wait_until(lambda: any(role(node, "primary") for node in (1, 2)) and any(role(node, "sync") for node in (1, 2)), 90):
                raise SystemExit("the killed node does not come back as a standby")
            old = leader()
            new = 3 - old
            tell_proxy(f"set server address/n{old} state ready", f"set server address/n{new} state maint")
            hosts = [Host(f"postgres://postgres@127.0.0.1:{ports['address']}/weather", free_port(), f"{folder}/stay{n}.log").start() for n in (1, 2)]
            storm = Storm(hosts).begin(45)
            time.sleep(5)
            sh("patronictl", "-c", f"{folder}/n1.yml", "switchover", "--leader" if "--leader" in sh("patronictl", "switchover", "--help") else "--master",
               f"n{old}", "--candidate", f"n{new}", "--force", env={**os.environ, "HOME": folder})
            wait_until(lambda: role(new, "primary"), 30)
            time.sleep(10)
            tell_proxy(f"set server address/n{new} state ready", f"set server address/n{old} state maint")
            storm.wait()
            time.sleep(3)
            faults = storm.faults() + hosts[0].errors() + hosts[1].errors()
            if storm.answers[-1][1] not in (200, 201, 204) and storm.gap() > 30:
                faults.append("the hosts stayed with the old leader")
            for host in hosts:
                host.stop()
            verdict("a switchover that sessions do not follow", faults, storm.facts())
        finally:
            for process in reversed(processes):
                try:
                    os.killpg(process.pid, signal.SIGTERM)
                    process.wait(15)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    pass
            for node in (1, 2):
                pid = pathlib.Path(f"{folder}/d{node}/postmaster.pid")
                if pid.exists():
                    try:
                        os.kill(int(pid.read_text().split()[0]), signal.SIGINT)
                    except ProcessLookupError:
                        pass
            time.sleep(2)


sys.exit(main())
