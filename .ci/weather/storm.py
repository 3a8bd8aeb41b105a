"""Writers that create users and add them to one group through several hosts, and what of it is there afterwards."""
import collections
import threading
import time
import uuid


class Storm:
    def __init__(self, hosts, threads=8):
        self.hosts, self.threads, self.run = hosts, threads, uuid.uuid4().hex[:8]
        self.statuses, self.answers, self.lock = collections.Counter(), [], threading.Lock()
        self.users, self.members = {}, set()
        status, group = hosts[0].call("POST", "/Groups", {"displayName": f"storm {self.run}"})
        assert status == 201, (status, group)
        self.group = group["id"]

    def begin(self, seconds):
        self.began, self.end = time.time(), time.time() + seconds
        self.workers = [threading.Thread(target=self._work, args=(number,)) for number in range(self.threads)]
        for worker in self.workers:
            worker.start()
        return self

    def wait(self):
        for worker in self.workers:
            worker.join()
        return self

    def _one(self, host, method, path, body):
        try:
            status, answer = host.call(method, path, body)
        except OSError as error:
            status, answer = type(error).__name__, None
        with self.lock:
            self.statuses[f"{method} {status}"] += 1
            self.answers.append((time.time() - self.began, status))
        return status, answer

    def _work(self, worker):
        number = 0
        while time.time() < self.end:
            number += 1
            name = f"s{self.run}-{worker}-{number}@x.y"
            host = self.hosts[(worker + number) % len(self.hosts)]
            status, user = self._one(host, "POST", "/Users", {"userName": name, "emails": [{"value": name}]})
            if status != 201:
                time.sleep(0.1)
                continue
            with self.lock:
                self.users[user["id"]] = name
            # Another host adds the user: what was acknowledged on one is there for all.
            host = self.hosts[(worker + number + 1) % len(self.hosts)]
            operation = {"op": "add", "path": "members", "value": [{"value": user["id"]}]}
            path = f"/Groups/{self.group}?excludedAttributes=members"
            status, _ = self._one(host, "PATCH", path, {"Operations": [operation]})
            if status in (200, 204):
                with self.lock:
                    self.members.add(user["id"])
            elif status == 400:
                with self.lock:
                    self.statuses["a new user was unknown"] += 1

    def gap(self):
        """The longest time without a write that succeeded."""
        good = [0.0] + sorted(at for at, status in self.answers if status in (200, 201, 204)) + [self.end - self.began]
        return max(later - earlier for earlier, later in zip(good, good[1:]))

    def faults(self, hosts=None):
        faults = []
        for status, count in self.statuses.items():
            if status.endswith(" 500") or status == "a new user was unknown":
                faults.append(f"{count} times {status}")
        for host in hosts or self.hosts:
            there, start = {}, 1
            while True:
                status, page = host.call("GET", f"/Users?startIndex={start}&count=200&attributes=userName")
                if status != 200:
                    faults.append(f"{host.port}: {status} {page}")
                    break
                there.update({user["id"]: user["userName"] for user in page.get("Resources", [])})
                start += 200
                if start > page["totalResults"]:
                    break
            status, group = host.call("GET", f"/Groups/{self.group}", timeout=60)
            members = {member["value"] for member in group.get("members", [])} if status == 200 else set()
            lost_users = [name for user, name in self.users.items() if there.get(user) != name]
            lost_members = self.members - members
            if lost_users:
                faults.append(f"{host.port}: {len(lost_users)} acknowledged users lost")
            if lost_members:
                faults.append(f"{host.port}: {len(lost_members)} acknowledged members lost")
            if members - set(there):
                faults.append(f"{host.port}: {len(members - set(there))} members are no users")
        return faults

    def facts(self):
        return [f"users {len(self.users)}", f"members {len(self.members)}", f"longest gap {self.gap():.1f} s",
                str(dict(sorted(self.statuses.items())))]
