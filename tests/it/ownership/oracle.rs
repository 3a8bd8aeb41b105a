//! The rule of ownership in plain Rust, written only from the two tables of `docs/hosting.md`.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Owned(String),
    Unowned,
    Ambiguous,
    Shared,
}

/// How a host was assigned by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Hand {
    /// To a user, by id, or to nobody.
    User(Option<String>),
    Address,
}

#[derive(Debug, Default)]
pub struct People {
    /// A step names a user by position, so a deleted user leaves a gap.
    users: Vec<Option<User>>,
    hosts: BTreeMap<usize, BTreeMap<String, Vec<String>>>,
    /// The connections of the hosts that are limited.
    limits: BTreeMap<usize, BTreeSet<usize>>,
    hands: BTreeMap<usize, Hand>,
    /// The domains of the connections that have some.
    domains: BTreeMap<usize, Vec<String>>,
}

#[derive(Debug)]
struct User {
    connection: usize,
    id: String,
    name: String,
    emails: Vec<String>,
    active: bool,
    former: BTreeSet<String>,
}

fn key(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    lower.strip_prefix("smtp:").map_or(lower.clone(), str::to_owned)
}

impl User {
    /// Returns how well an address matches; smaller is better.
    fn rank(&self, address: &str) -> Option<u8> {
        let inactive = if self.active { 0 } else { 2 };
        if self.name == address {
            Some(inactive)
        } else if self.emails.iter().any(|email| email == address) {
            Some(inactive + 1)
        } else {
            self.former.contains(address).then_some(4)
        }
    }
}

impl People {
    pub fn at(&self, user: usize) -> Option<(usize, String)> {
        self.users.get(user)?.as_ref().map(|user| (user.connection, user.id.clone()))
    }

    fn holder(&self, connection: usize, name: &str) -> Option<usize> {
        let holds =
            |user: &Option<User>| user.as_ref().is_some_and(|user| user.connection == connection && user.name == name);
        self.users.iter().position(holds)
    }

    /// Creates or reactivates a user. Returns false if an active user has the name, or if anybody has it and the new
    /// user is inactive.
    pub fn create(&mut self, connection: usize, id: &str, name: &str, emails: &[String], active: bool) -> bool {
        let (name, emails) = (key(name), emails.iter().map(|email| key(email)).collect());
        if let Some(holder) = self.holder(connection, &name) {
            let Some(user) = &mut self.users[holder] else { return false };
            if !active || user.active {
                return false;
            }
            assert_eq!(user.id, id, "a returning user keeps the id");
            user.active = true;
            user.emails = emails;
            return true;
        }
        let user = User { connection, id: id.to_owned(), name, emails, active, former: BTreeSet::new() };
        self.users.push(Some(user));
        true
    }

    pub fn rename(&mut self, user: usize, name: &str) -> bool {
        let name = key(name);
        let Some(Some(connection)) = self.users.get(user).map(|user| user.as_ref().map(|user| user.connection)) else {
            return false;
        };
        if self.holder(connection, &name).is_some_and(|holder| holder != user) {
            return false;
        }
        if let Some(user) = &mut self.users[user]
            && user.name != name
        {
            let former = std::mem::replace(&mut user.name, name);
            user.former.insert(former);
        }
        true
    }

    pub fn readdress(&mut self, user: usize, emails: &[String]) {
        if let Some(user) = &mut self.users[user] {
            user.emails = emails.iter().map(|email| key(email)).collect();
        }
    }

    pub fn activate(&mut self, user: usize, active: bool) {
        if let Some(user) = &mut self.users[user] {
            user.active = active;
        }
    }

    pub fn delete(&mut self, user: usize) {
        self.users[user] = None;
    }

    pub fn tell(&mut self, host: usize, source: &str, emails: &[String]) {
        if source == KNOWN[0] && self.hands.get(&host) == Some(&Hand::Address) {
            self.hands.remove(&host);
        }
        let emails = emails.iter().map(|email| key(email)).collect();
        self.hosts.entry(host).or_default().insert(source.to_owned(), emails);
    }

    pub fn forget(&mut self, host: usize) {
        self.hosts.remove(&host);
        self.limits.remove(&host);
        self.hands.remove(&host);
    }

    pub fn limit(&mut self, host: usize, connections: Option<BTreeSet<usize>>) {
        match connections {
            Some(connections) => self.limits.insert(host, connections),
            None => self.limits.remove(&host),
        };
    }

    pub fn limit_to_domains(&mut self, connection: usize, domains: &[&str]) {
        self.domains.insert(connection, domains.iter().map(|domain| format!("@{domain}")).collect());
    }

    /// Says whether a host may have a user, and whether the user's connection lets it be found by an address.
    fn may_match(&self, host: usize, user: &User, address: &str) -> bool {
        let domains = self.domains.get(&user.connection).map(Vec::as_slice).unwrap_or_default();
        let within = domains.is_empty() || domains.iter().any(|domain| address.ends_with(domain));
        within && self.limits.get(&host).is_none_or(|connections| connections.contains(&user.connection))
    }

    /// Assigns a host to a user, or to nobody.
    pub fn assign(&mut self, host: usize, user: Option<String>) {
        self.take_back(host);
        self.hands.insert(host, Hand::User(user));
    }

    pub fn assign_address(&mut self, host: usize, email: &str) {
        self.take_back(host);
        self.tell(host, KNOWN[0], &[email.to_owned()]);
        self.hands.insert(host, Hand::Address);
    }

    pub fn take_back(&mut self, host: usize) -> bool {
        let hand = self.hands.remove(&host);
        if hand == Some(Hand::Address) {
            self.tell(host, KNOWN[0], &[]);
        }
        hand.is_some()
    }

    /// Says who owns a host that was assigned to a user, or to nobody, whatever its addresses.
    fn by_hand(&self, host: usize) -> Option<Verdict> {
        let Hand::User(user) = self.hands.get(&host)? else { return None };
        let Some(user) = user else { return Some(Verdict::Shared) };
        let found = self.users.iter().flatten().find(|known| known.id == *user);
        let allowed = |user: &&User| self.limits.get(&host).is_none_or(|of| of.contains(&user.connection));
        Some(found.filter(allowed).map_or(Verdict::Unowned, |user| Verdict::Owned(user.id.clone())))
    }

    pub fn verdict(&self, host: usize) -> Verdict {
        if let Some(verdict) = self.by_hand(host) {
            return verdict;
        }
        let of_source = |names: &[&str]| -> Vec<&String> {
            let sources = self.hosts.get(&host).into_iter().flatten();
            let named = |source: &str| names.contains(&source) || names.is_empty() && !KNOWN.contains(&source);
            sources.filter(|(source, _)| named(source)).flat_map(|(_, emails)| emails).collect()
        };
        for (place, names) in [&[KNOWN[0]][..], &[KNOWN[1]], &[KNOWN[2]], &[KNOWN[3]], &[]].iter().enumerate() {
            let emails = of_source(names);
            let verdict = self.among(host, &emails);
            // An address set by hand ends the search, even if it matches nobody.
            if verdict != Verdict::Unowned || place == 0 && !emails.is_empty() {
                return verdict;
            }
        }
        Verdict::Unowned
    }

    fn among(&self, host: usize, emails: &[&String]) -> Verdict {
        let mut best: Option<(u8, usize)> = None;
        let mut fitting = BTreeSet::new();
        for user in self.users.iter().flatten() {
            let asked = emails.iter().filter(|email| self.may_match(host, user, email));
            for rank in asked.filter_map(|email| user.rank(email)) {
                let fit = (rank, user.connection);
                if best.is_none_or(|best| fit < best) {
                    best = Some(fit);
                    fitting.clear();
                }
                if best == Some(fit) {
                    fitting.insert(user.id.clone());
                }
            }
        }
        match fitting.len() {
            0 => Verdict::Unowned,
            1 => Verdict::Owned(fitting.into_iter().next().unwrap_or_default()),
            _ => Verdict::Ambiguous,
        }
    }
}

const KNOWN: [&str; 4] = ["idp", "mdm_idp_accounts", "google_chrome_profiles", "custom"];
