"""clocks.py: one of two hosts is a day behind, then its clock jumps by days in the middle; nothing is lost, no time of a resource
goes back, and who asks for what changed since is told. Wants libfaketime."""
import glob
import os
import sys
import tempfile
import threading
import time
import urllib.parse

from hosts import Host, verdict
from servers import Postgres, free_port
from storm import Storm

LIBRARY = "/usr/lib/*/faketime/libfaketime.so.1"


def main():
    library = glob.glob(LIBRARY)
    if not library:
        raise SystemExit("clocks: libfaketime is missing")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server, faults = Postgres(folder).start(), []
        url = server.database("clocks")
        clock = os.path.join(folder, "clock")
        with open(clock, "w") as file:
            file.write("-1d")
        fake = {"LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": clock, "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        right = Host(url, free_port(), f"{folder}/right.log").start()
        behind = Host(url, free_port(), f"{folder}/behind.log", fake).start()
        _, user = right.call("POST", "/Users", {"userName": "ava@x.y"})
        seen = user["meta"]["lastModified"]
        change = {"Operations": [{"op": "replace", "path": "displayName", "value": "Ava"}]}
        _, changed = behind.call("PATCH", f"/Users/{user['id']}", change)
        if changed["meta"]["lastModified"] <= seen:
            faults.append("lastModified went back")
        since = urllib.parse.quote(f'meta.lastModified gt "{seen}"')
        if right.call("GET", f"/Users?filter={since}")[1]["totalResults"] != 1:
            faults.append("who asks for what changed since is not told")
        time.sleep(0.5)
        behind.call("POST", "/Users", {"userName": ""})
        time.sleep(1)
        for host in (right, behind):
            last = host.call("GET", "/details")[1]["last_request"]
            if last["status"] != "error":
                faults.append("the failure of the host that is behind is hidden")

        def jump():
            for to in ("+2d", "-40d", "+40d"):
                time.sleep(2)
                with open(clock, "w") as file:
                    file.write(to)

        jumping = threading.Thread(target=jump)
        jumping.start()
        storm = Storm([right, behind], 4).begin(8).wait()
        jumping.join()
        faults += storm.faults()
        faults += right.errors() + behind.errors()
        right.stop()
        behind.stop()
        server.stop()
        verdict("clocks", faults, storm.facts())


sys.exit(main())
