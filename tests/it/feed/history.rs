//! A copy of the hosts that is kept from the changes alone equals what is shown, whenever everything was told.
//!
//! It runs 1,000 histories on each database, unless `HISTORIES` says otherwise: `HISTORIES=10000 cargo test feed::history`.

use std::collections::BTreeMap;

use fleet_scim::{
    ChangeKind, HostId, ShownUser,
    hosts::{HostEndUsers, Source},
    internals::{adapt_keys, catch_up},
    poem::http::Method,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World},
};

const HOSTS: usize = 3;
const DOMAINS: [&str; 2] = ["x.y", "w.y"];

/// One step of a history. Users, groups and addresses are numbers from small ranges, so that they meet.
#[derive(Debug, Clone)]
enum Step {
    Create { connection: usize, name: usize, email: Option<usize> },
    Rename { user: usize, name: usize },
    Activate { user: usize, active: bool },
    Department { user: usize, department: usize },
    Title { user: usize },
    Delete { user: usize },
    Group { connection: usize, name: usize, members: Vec<usize> },
    RenameGroup { group: usize, name: usize },
    Join { group: usize, user: usize, is_member: bool },
    Nest { group: usize, child: usize, is_member: bool },
    Clear { group: usize },
    DeleteGroup { group: usize },
    Native { group: usize, user: usize },
    Address { host: usize, hand: bool, name: Option<usize> },
    Limit { host: usize, connections: Vec<usize> },
    Unlimit { host: usize },
    Domains { connection: usize, domain: Option<usize> },
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    let (user, group, host) = (|| 0..5_usize, || 0..4_usize, || 0..HOSTS);
    prop_oneof![
        4 => (0..2_usize, 0..4_usize, prop::option::of(0..4_usize))
            .prop_map(|(connection, name, email)| Step::Create { connection, name, email }),
        1 => (user(), 0..4_usize).prop_map(|(user, name)| Step::Rename { user, name }),
        2 => (user(), any::<bool>()).prop_map(|(user, active)| Step::Activate { user, active }),
        1 => (user(), 0..2_usize).prop_map(|(user, department)| Step::Department { user, department }),
        1 => user().prop_map(|user| Step::Title { user }),
        1 => user().prop_map(|user| Step::Delete { user }),
        3 => (0..2_usize, 0..3_usize, prop::collection::vec(0..5_usize, 0..3))
            .prop_map(|(connection, name, members)| Step::Group { connection, name, members }),
        1 => (group(), 0..3_usize).prop_map(|(group, name)| Step::RenameGroup { group, name }),
        3 => (group(), user(), prop::bool::weighted(0.7))
            .prop_map(|(group, user, is_member)| Step::Join { group, user, is_member }),
        3 => (group(), group(), prop::bool::weighted(0.7))
            .prop_map(|(group, child, is_member)| Step::Nest { group, child, is_member }),
        1 => group().prop_map(|group| Step::Clear { group }),
        1 => group().prop_map(|group| Step::DeleteGroup { group }),
        1 => (group(), user()).prop_map(|(group, user)| Step::Native { group, user }),
        5 => (host(), any::<bool>(), prop::option::weighted(0.8, 0..4_usize))
            .prop_map(|(host, hand, name)| Step::Address { host, hand, name }),
        1 => (host(), prop::collection::vec(0..2_usize, 0..3))
            .prop_map(|(host, connections)| Step::Limit { host, connections }),
        1 => host().prop_map(|host| Step::Unlimit { host }),
        1 => (0..2_usize, prop::option::of(0..2_usize)).prop_map(|(connection, domain)| Step::Domains { connection, domain }),
        3 => Just(Step::Look),
    ]
}

fn histories(count: usize) -> impl Iterator<Item = Vec<Step>> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = prop::collection::vec(step(), 8..24);
    (0..count).map(move |_| history.new_tree(&mut runner).unwrap().current())
}

/// What one history has made, and the copy that a reader of its changes keeps.
struct History<'a> {
    world: &'a World,
    number: usize,
    /// The path of each user and group, with its id.
    users: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    read: i64,
    copy: BTreeMap<HostId, ShownUser>,
}

impl History<'_> {
    fn base(&self, connection: usize) -> String {
        format!("/connections/{}{}/v2", ["a", "b"][connection], self.number)
    }

    fn name(&self, name: usize) -> String {
        format!("n{name}.{}@{}", self.number, DOMAINS[name % 2])
    }

    fn host(&self, host: usize) -> HostId {
        HostId(i64::try_from(self.number * HOSTS + host + 1).unwrap())
    }

    async fn create(&self, path: &str, body: Value) -> Option<(String, String)> {
        let answer = self.world.post(path, body).await;
        let id = answer.body["id"].as_str().filter(|_| answer.status == 201)?;
        Some((format!("{path}/{id}"), id.to_owned()))
    }

    async fn patch(&self, of: Option<&(String, String)>, operation: Value) {
        if let Some((path, _)) = of {
            let answer = self.world.patch(path, json!([operation])).await;
            assert!(answer.status < 500, "{}", answer.text);
        }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Create { connection, name, email } => {
                let emails: Vec<_> = email.iter().map(|email| json!({ "value": self.name(*email) })).collect();
                let body = json!({ "schemas": [USER], "userName": self.name(*name), "emails": emails, "active": true });
                let created = self.create(&format!("{}/Users", self.base(*connection)), body).await;
                self.users.extend(created);
            }
            Step::Rename { user, name } => {
                let rename = json!({ "op": "replace", "path": "userName", "value": self.name(*name) });
                self.patch(self.users.get(*user), rename).await;
            }
            Step::Activate { user, active } => {
                self.patch(self.users.get(*user), json!({ "op": "replace", "path": "active", "value": active })).await;
            }
            Step::Department { user, department } => {
                let path = format!("{ENTERPRISE}:department");
                let department = json!({ "op": "replace", "path": path, "value": format!("D{department}") });
                self.patch(self.users.get(*user), department).await;
            }
            Step::Title { user } => {
                self.patch(self.users.get(*user), json!({ "op": "replace", "path": "title", "value": "T" })).await;
            }
            Step::Delete { user } => {
                if let Some((path, _)) = self.users.get(*user) {
                    self.world.delete(path).await;
                }
            }
            Step::Group { connection, name, members } => {
                let members: Vec<_> = members.iter().filter_map(|user| self.users.get(*user)).collect();
                let members: Vec<_> = members.iter().map(|(_, id)| json!({ "value": id })).collect();
                let body = json!({ "schemas": [GROUP], "displayName": format!("G{name}"), "members": members });
                let created = self.create(&format!("{}/Groups", self.base(*connection)), body).await;
                self.groups.extend(created);
            }
            Step::RenameGroup { group, name } => {
                let rename = json!({ "op": "replace", "path": "displayName", "value": format!("R{name}") });
                self.patch(self.groups.get(*group), rename).await;
            }
            Step::Join { group, user, is_member } => {
                let member = self.users.get(*user).map(|(_, id)| id.clone());
                self.join(*group, member, *is_member).await;
            }
            Step::Nest { group, child, is_member } => {
                let member = self.groups.get(*child).map(|(_, id)| id.clone());
                self.join(*group, member, *is_member).await;
            }
            Step::Clear { group } => {
                self.patch(self.groups.get(*group), json!({ "op": "remove", "path": "members" })).await;
            }
            Step::DeleteGroup { group } => {
                if let Some((path, _)) = self.groups.get(*group) {
                    self.world.delete(path).await;
                }
            }
            Step::Native { group, user } => {
                let members: Vec<_> = self.users.get(*user).iter().map(|(_, id)| json!({ "value": id })).collect();
                let name = format!("N{group}.{}", self.number);
                let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
                let created = self.create("/connections/native/v2/Groups", body).await;
                self.groups.extend(created);
            }
            Step::Address { host, hand, name } => {
                let source = if *hand { Source::Idp } else { Source::MdmIdpAccounts };
                let emails: Vec<String> = name.iter().map(|name| self.name(*name)).collect();
                let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
                self.world.scim.hosts().set_emails(self.host(*host), &source, &emails).await.unwrap();
            }
            Step::Limit { host, connections } => {
                let mut ids = Vec::new();
                for connection in connections {
                    let name = format!("{}{}", ["a", "b"][*connection], self.number);
                    ids.push(self.world.scim.connections().get(&name).await.unwrap().unwrap().id);
                }
                self.world.scim.hosts().limit_to(self.host(*host), &ids).await.unwrap();
            }
            Step::Unlimit { host } => self.world.scim.hosts().unlimit(self.host(*host)).await.unwrap(),
            Step::Domains { connection, domain } => {
                let domains: Vec<&str> = domain.iter().map(|domain| DOMAINS[*domain]).collect();
                let path = format!("/connections/{}{}", ["a", "b"][*connection], self.number);
                let domains = if domains.is_empty() { Value::Null } else { json!(domains) };
                let settings = json!({ "settings": { "domains": domains } });
                assert_eq!(self.world.call(Method::PATCH, &path, Some(settings)).await.status, 200);
                adapt_keys(&self.world.scim).await.unwrap();
            }
            Step::Look => self.look().await,
        }
    }

    async fn join(&self, group: usize, member: Option<String>, is_member: bool) {
        let op = if is_member { "add" } else { "remove" };
        if let Some(id) = member {
            let value = json!([{ "value": id }]);
            self.patch(self.groups.get(group), json!({ "op": op, "path": "members", "value": value })).await;
        }
    }

    /// Reads the changes up to now, and compares the copy with what is shown.
    async fn look(&mut self) {
        catch_up(&self.world.scim).await.unwrap();
        loop {
            let page = self.world.scim.changes().after(self.read, 1000).await.unwrap();
            let Some(last) = page.last() else { break };
            self.read = last.number;
            for change in page.into_iter().filter(|change| change.kind == ChangeKind::HostOwner) {
                let host = change.host.unwrap();
                assert_eq!(self.copy.get(&host), change.before.as_ref(), "what was told before");
                match change.after {
                    Some(shown) => self.copy.insert(host, shown),
                    None => self.copy.remove(&host),
                };
            }
        }
        let hosts: Vec<HostId> = (0..HOSTS).map(|host| self.host(host)).collect();
        for shown in self.world.scim.hosts().end_users(&hosts).await.unwrap() {
            let copy = self.copy.get(&shown.host);
            assert_eq!(copy.map(fields), owner(&shown), "{:?}", shown.host);
        }
    }
}

fn fields(shown: &ShownUser) -> Value {
    json!([
        shown.scim_user_id,
        shown.idp_id,
        shown.idp_username,
        shown.idp_full_name,
        shown.idp_groups,
        shown.idp_department,
        shown.idp_active,
    ])
}

fn owner(shown: &HostEndUsers) -> Option<Value> {
    let user = shown.end_users.first().filter(|user| user.scim_user_id.is_some())?;
    Some(json!([
        user.scim_user_id,
        user.idp_id,
        user.idp_username,
        user.idp_full_name,
        user.idp_groups,
        user.idp_department,
        user.idp_active,
    ]))
}

on_each_database! {
    async fn a_copy_kept_from_the_changes_alone_equals_what_is_shown(world: World) {
        let count = std::env::var("HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
        let mut read = 0;
        let mut told = 0;
        for (number, steps) in histories(count).enumerate() {
            let mut history = History { world, number, users: vec![], groups: vec![], read, copy: BTreeMap::new() };
            for connection in ["a", "b"] {
                world.scim.ensure_connection(&format!("{connection}{number}")).await.unwrap();
            }
            for step in &steps {
                history.take(step).await;
            }
            history.look().await;
            told += history.copy.len();
            read = history.read;
        }
        assert!(told > count / 4, "{told} of {count}: most histories end without an owner");
    }
}
