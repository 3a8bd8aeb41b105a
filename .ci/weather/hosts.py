"""The reference host as a process: started, asked, killed."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HOST_BINARY", ROOT / "target/release/fleet-scim-host"))
MOUNT = "/api/v1/fleet/scim"
TOKEN = "weather"


class Host:
    """A host on a port of its own; `prefix` stands before its command, `environment` is added to it."""

    def __init__(self, url, port, log, environment=None, demo_hosts=0, binary=BINARY):
        self.url, self.port, self.log = url, port, pathlib.Path(log)
        self.environment = {"DEMO_HOSTS": str(demo_hosts), **(environment or {})}
        self.process, self.binary = None, binary

    def start(self, patience=30):
        environment = {**os.environ, "LISTEN": f"127.0.0.1:{self.port}", "SCIM_TOKEN": TOKEN, "DATABASE_URL": self.url, **self.environment}
        # The log is the one that an operator sees.
        environment.pop("RUST_LOG", None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.binary], env=environment, stdout=log, stderr=log)
        end = time.time() + patience
        while time.time() < end:
            if self.process.poll() is not None:
                raise SystemExit(f"the host ended at its start: {self.log.read_text()[-400:]}")
            try:
                self.call("GET", "/healthz", root=True)
                return self
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"the host did not start in {patience} s")

    def call(self, method, path, body=None, root=False, timeout=30, token=TOKEN):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        kind = "application/json" if path.startswith("/api") else "application/scim+json"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        try:
            whole = path if root or path.startswith("/api") else MOUNT + path
            connection.request(method, whole, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            data = answer.read()
            try:
                return answer.status, json.loads(data) if data else None
            except ValueError:
                return answer.status, data.decode(errors="replace")
        finally:
            connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def errors(self):
        """Lines it logged as errors: a failure of the weather is a warning."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if " ERROR " in line or "panicked" in line]


def verdict(name, faults, facts):
    """Prints what was seen on one line, and fails where anything was wrong."""
    print(f"{name}: {'; '.join(facts)}; faults {len(faults)} {faults[:5] if faults else ''}".rstrip(), flush=True)
    if faults:
        raise SystemExit(1)
