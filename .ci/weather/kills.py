"""kills.py host|database sqlite|postgres|mariadb ROUNDS: killed at a random moment under load, ROUNDS times; everything that was
acknowledged is there afterwards, as one whole."""
import os
import random
import sys
import tempfile
import threading
import time

from hosts import Host, verdict
from servers import MariaDb, Postgres, free_port


class Ledger:
    """What was acknowledged."""

    def __init__(self):
        self.users, self.members, self.left, self.gone, self.unclear, self.lock = {}, {}, set(), set(), set(), threading.Lock()


def write(host, ledger, groups, worker, round_number, going):
    number = 0
    try:
        while going.is_set():
            number += 1
            name = f"u{round_number}-{worker}-{number}@x.y"
            status, user = host.call("POST", "/Users", {"userName": name, "emails": [{"value": name, "primary": True}]}, timeout=10)
            if status != 201:
                continue
            user = user["id"]
            with ledger.lock:
                ledger.users[user] = name
            group = groups[number % len(groups)]
            operation = {"op": "add", "path": "members", "value": [{"value": user}]}
            status, _ = host.call("PATCH", f"/Groups/{group}?excludedAttributes=members", {"Operations": [operation]}, timeout=10)
            if status in (200, 204):
                with ledger.lock:
                    ledger.members[user] = group
            if number % 5 == 0:
                ledger.unclear.add(user)
                if host.call("DELETE", f"/Users/{user}", timeout=10)[0] == 204:
                    ledger.gone.add(user)
            elif number % 5 == 1:
                leave = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
                if host.call("PATCH", f"/Users/{user}", leave, timeout=10)[0] == 200:
                    ledger.left.add(user)
    except (OSError, ValueError):
        pass


def check(host, ledger, groups):
    faults, there, start = [], {}, 1
    while True:
        status, page = host.call("GET", f"/Users?startIndex={start}&count=200&attributes=userName,active,groups", timeout=60)
        if status != 200:
            return [f"list {status}"]
        there.update({user["id"]: user for user in page.get("Resources", [])})
        start += 200
        if start > page["totalResults"]:
            break
    members = {}
    for group in groups:
        status, answer = host.call("GET", f"/Groups/{group}", timeout=60)
        listed = [member["value"] for member in answer.get("members", [])]
        if len(listed) != len(set(listed)):
            faults.append("a member twice")
        for member in listed:
            members.setdefault(member, set()).add(group)
    for user, name in ledger.users.items():
        if user in ledger.gone:
            if user in there:
                faults.append(f"a deleted user is back: {name}")
        elif user not in there:
            if user not in ledger.unclear:
                faults.append(f"lost user {name}")
        elif there[user]["userName"] != name:
            faults.append(f"another user under the id of {name}")
    faults += [f"lost member {user}" for user, group in ledger.members.items() if user in there and group not in members.get(user, ())]
    faults += [f"lost deactivation {user}" for user in ledger.left if user in there and there[user]["active"]]
    faults += [f"a member is no user: {member}" for member in members if member not in there]
    for user, answer in there.items():
        if {group["value"] for group in answer.get("groups", [])} != members.get(user, set()):
            faults.append(f"the groups of {user} are not its memberships")
    return faults


def changes(host):
    """Every change of the feed, once it is complete: the worker numbers what was committed within a second."""
    seen, quiet = [], 0
    while quiet < 4:
        status, page = host.call("GET", f"/changes?after={len(seen)}&limit=1000", timeout=60)
        if status != 200:
            return seen, [f"changes {status} {page}"]
        seen += page["changes"]
        quiet = 0 if page["changes"] else quiet + 1
        if not page["changes"]:
            time.sleep(0.5)
    gaps = [change["number"] for number, change in enumerate(seen, 1) if change["number"] != number]
    return seen, [f"a gap before {gaps[0]}"] if gaps else []


def complete(seen, ledger):
    """Each acknowledged change is there once, in the order of what one worker did."""
    where, faults = {}, []
    for change in seen:
        if change["kind"].startswith("user."):
            where.setdefault((change["kind"], change["user"]["id"]), []).append(change["number"])
        elif change["kind"] == "membership.added":
            for user in change["users"]:
                where.setdefault(("joined", user), []).append(change["number"])
    wanted = {"user.created": ledger.users, "joined": ledger.members, "user.deactivated": ledger.left, "user.deleted": ledger.gone}
    for kind, users in wanted.items():
        counts = [len(where.get((kind, user), ())) for user in users]
        faults += [f"{counts.count(0)} acknowledged {kind} not told"] if 0 in counts else []
        faults += [f"{sum(count > 1 for count in counts)} {kind} told twice"] if any(count > 1 for count in counts) else []
    for user in ledger.users:
        numbers = [where[kind, user][0] for kind in ("user.created", "joined", "user.deactivated", "user.deleted") if (kind, user) in where]
        if numbers != sorted(numbers):
            faults.append(f"the changes of {user} are out of order")
    return faults


def main():
    what, kind, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        server = {"sqlite": None, "postgres": Postgres, "mariadb": MariaDb}[kind]
        server = server(folder).start() if server else None
        url = server.database("kills") if server else f"sqlite://{folder}/kills.db?mode=rwc"
        host = Host(url, free_port(), f"{folder}/host.log").start()
        groups = [host.call("POST", "/Groups", {"displayName": f"g{number}"})[1]["id"] for number in range(3)]
        ledger, faults = Ledger(), []
        for round_number in range(rounds):
            going = threading.Event()
            going.set()
            workers = [threading.Thread(target=write, args=(host, ledger, groups, worker, round_number, going)) for worker in range(4)]
            for worker in workers:
                worker.start()
            time.sleep(random.uniform(0.2, 0.8))
            if what == "host":
                host.kill()
            else:
                server.kill()
            going.clear()
            if what == "database":
                server.start()
            for worker in workers:
                worker.join()
            if what == "host":
                host.start()
            # Looking at everything takes longer with every round: now and then, and at the end.
            if round_number % 10 == 9 or round_number == rounds - 1:
                for attempt in range(50):
                    if host.call("GET", "/readyz", root=True)[0] == 200:
                        break
                    time.sleep(0.2)
                else:
                    faults.append(f"round {round_number}: not ready 10 s after the database was back")
                faults += [f"round {round_number}: {fault}" for fault in check(host, ledger, groups)]
                seen, gaps = changes(host)
                faults += [f"round {round_number}: {fault}" for fault in gaps + complete(seen, ledger)]
        faults += host.errors()[:3]
        host.stop()
        if server:
            server.stop()
        facts = [f"{rounds} rounds", f"users {len(ledger.users)}", f"members {len(ledger.members)}",
                 f"deletions {len(ledger.gone)}", f"deactivations {len(ledger.left)}"]
        verdict(f"{what} killed on {kind}", faults, facts)


main()
