"""older.py postgres|mariadb|sqlite BASELINE: the host of the baseline fills a database, this version upgrades it and adds a connection,
and the host of the baseline, which is still running and then starts again, goes on serving the new schema; both see what the other wrote."""
import os
import pathlib
import sys
import tempfile

from hosts import Host, verdict
from servers import MariaDb, Postgres, free_port


def main():
    kind, baseline = sys.argv[1], pathlib.Path(sys.argv[2])
    faults = []

    def expect(what, answer, status):
        if answer[0] != status:
            faults.append(f"{what}: {answer}")
        return answer[1]

    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None
        url = server.database("shared") if server else f"sqlite://{folder}/shared.db?mode=rwc"
        old = Host(url, free_port(), f"{folder}/old.log", demo_hosts=3, binary=baseline).start()
        for number in range(50):
            expect("a user of the baseline", old.call("POST", "/Users", {"userName": f"old{number}@x.y"}), 201)
        new = Host(url, free_port(), f"{folder}/new.log", demo_hosts=3).start(60)
        expect("a connection", new.call("POST", "/connections", {"name": "okta"}), 201)
        sam = {"userName": "sam.okafor@example.com"}
        expect("a user of the connection", new.call("POST", "/connections/okta/v2/Users", sam), 201)
        for round_number in range(2):
            name = f"ava{round_number}@x.y"
            ava = expect("a user", old.call("POST", "/Users", {"userName": name, "emails": [{"value": "ava.nguyen@example.com"}]}), 201)["id"]
            group = expect("a group", old.call("POST", "/Groups", {"displayName": f"g{round_number}", "members": [{"value": ava}]}), 201)["id"]
            operation = [{"op": "replace", "path": "title", "value": "Engineer"}]
            body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operation}
            expect("a change", old.call("PATCH", f"/Users/{ava}", body), 200)
            host = expect("a host", new.call("GET", "/api/v1/fleet/hosts/1"), 200)["host"]
            if not host["end_users"] or host["end_users"][0].get("idp_username") != name:
                faults.append(f"the host of an address that the baseline wrote: {host}")
            seen = expect("what the baseline wrote", new.call("GET", f"/Groups/{group}"), 200)
            if [member["value"] for member in seen["members"]] != [ava]:
                faults.append(f"the members of a group that the baseline wrote: {seen}")
            expect("a change of what the baseline wrote", new.call("PATCH", f"/Users/{ava}", body), 200)
            expect("what is read back", old.call("GET", f"/Users/{ava}"), 200)
            second = expect("the second host", old.call("GET", "/api/v1/fleet/hosts/2"), 200)["host"]
            if not second["end_users"] or second["end_users"][0].get("idp_username") != sam["userName"]:
                faults.append(f"the host of a user of another connection, by the baseline: {second}")
            expect("a deletion", old.call("DELETE", f"/Users/{ava}"), 204)
            expect("what is gone", new.call("GET", f"/Users/{ava}"), 404)
            expect("readiness of the baseline", old.call("GET", "/readyz", root=True), 200)
            total = expect("a list", old.call("GET", "/Users?count=0"), 200)["totalResults"]
            if total != 50:
                faults.append(f"{total} users of 50")
            if round_number == 0:
                old.stop()
                old.start()
        for host in (old, new):
            faults += host.errors()[:3]
            host.stop()
        if server:
            server.stop()
    verdict(f"older {kind}", faults, ["50 users, one upgrade, two rounds of both versions at once"])


main()
