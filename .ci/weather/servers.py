"""Database servers of our own, that may be killed, frozen and filled."""
import glob
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time


def free_port():
    """Below the range from which the kernel hands out ports of its own accord."""
    import random
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def wait_until(question, patience=60, pause=0.1):
    end = time.time() + patience
    while time.time() < end:
        if question():
            return True
        time.sleep(pause)
    return False


def sh(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


class Postgres:
    """PostgreSQL refuses to run as root: everybody's nobody runs it."""

    def __init__(self, folder):
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.data = self.folder / "postgres"

    def as_nobody(self, *command):
        return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command] if os.getuid() == 0 else list(command)

    def start(self, fsync="on"):
        if not self.data.exists():
            self.data.mkdir(parents=True)
            if os.getuid() == 0:
                shutil.chown(self.data, "nobody", "nogroup")
            sh(*self.as_nobody(f"{self.bin}/initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8"), cwd="/")
            with (self.data / "postgresql.conf").open("a") as conf:
                conf.write(f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\nmax_connections=100\n"
                           f"shared_buffers=64MB\nmax_wal_size=64MB\nmin_wal_size=32MB\nfsync={fsync}\nautovacuum=off\n")
        with open(self.folder / "postgres.log", "ab") as log:
            self.process = subprocess.Popen(self.as_nobody(f"{self.bin}/postgres", "-D", str(self.data)), stdout=log, stderr=log, cwd="/")
        if not wait_until(lambda: self.answers()):
            raise SystemExit("PostgreSQL does not start: " + (self.folder / "postgres.log").read_text()[-400:])
        return self

    def answers(self):
        ask = ["psql", "-qAth", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", "select 1"]
        return subprocess.run(ask, capture_output=True).returncode == 0

    def database(self, name):
        sh("psql", "-qh", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-c", f"create database {name}")
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        time.sleep(0.3)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


class MariaDb:
    def __init__(self, folder, options=(), number=""):
        self.folder, self.port, self.options = pathlib.Path(folder), free_port(), list(options)
        self.data, self.name = self.folder / f"mariadb{number}", f"mariadb{number}"

    def start(self, more=()):
        # What transfers the state of a Galera node does not run as root.
        user = "mysql" if os.getuid() == 0 else subprocess.check_output(["id", "-un"], text=True).strip()
        common = ["--no-defaults", f"--datadir={self.data}", "--innodb-use-native-aio=0", "--innodb-log-file-size=16M"]
        if not self.data.exists():
            self.data.mkdir(parents=True)
            if os.getuid() == 0:
                shutil.chown(self.data, user)
            sh("mariadb-install-db", *common, f"--user={user}", "--skip-test-db", "--auth-root-authentication-method=normal")
        account = self.folder / f"{self.name}.sql"
        account.write_text("CREATE USER IF NOT EXISTS 'fleet'@'127.0.0.1' IDENTIFIED BY 'f';\n"
                           "GRANT ALL PRIVILEGES ON `w%`.* TO 'fleet'@'127.0.0.1';\n")
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                ["mariadbd", *common, f"--user={user}", "--bind-address=127.0.0.1", f"--port={self.port}", "--skip-name-resolve",
                 f"--socket={self.data}/s.sock", f"--pid-file={self.data}/pid", f"--init-file={account}",
                 "--innodb-buffer-pool-size=64M", *self.options, *more], stdout=log, stderr=log)
        if not wait_until(lambda: self.answers(), 90):
            raise SystemExit("MariaDB does not start: " + (self.folder / f"{self.name}.log").read_text()[-4000:])
        return self

    def query(self, sql):
        return sh("mariadb", "--no-defaults", "-h127.0.0.1", f"-P{self.port}", "-uroot", "-N", "-e", sql)

    def answers(self):
        try:
            self.query("select 1")
            return True
        except subprocess.CalledProcessError:
            return False

    def database(self, name):
        self.query(f"create database w{name}")
        return f"mysql://fleet:f@127.0.0.1:{self.port}/w{name}"

    def url(self, name):
        return f"mysql://fleet:f@127.0.0.1:{self.port}/w{name}"

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
