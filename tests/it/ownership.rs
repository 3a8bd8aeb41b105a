//! Compares who owns a host with an oracle that is written apart from the library. Random histories run over the
//! endpoints and the Rust API.
//!
//! It runs 1,000 histories on each database, unless `HISTORIES` says otherwise: `HISTORIES=10000 cargo test ownership`.

mod domains;
mod join;
mod limits;
mod oracle;
mod reported;

use fleet_scim::{
    ConnectionId, HostId, UserId,
    hosts::{Assignee, CandidateLost, Ownership, Source},
    poem::http::Method,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use self::oracle::{People, Verdict};
use crate::{
    on_each_database,
    world::{USER, World},
};

/// One step of a history. Names and addresses are numbers from small ranges, so that they collide.
#[derive(Debug, Clone)]
enum Step {
    Create { connection: usize, name: usize, emails: Vec<usize>, active: bool },
    Rename { user: usize, name: usize },
    Readdress { user: usize, emails: Vec<usize> },
    Activate { user: usize, active: bool },
    Replace { user: usize, name: usize, emails: Vec<usize> },
    Delete { user: usize },
    Tell { host: usize, source: usize, emails: Vec<usize> },
    Forget { host: usize },
    Limit { host: usize, connections: Vec<usize> },
    Unlimit { host: usize },
    Domains { connection: usize, domains: Vec<usize> },
    AssignUser { host: usize, user: usize },
    AssignAddress { host: usize, email: usize },
    Share { host: usize },
    TakeBack { host: usize },
}

const HOSTS: usize = 3;

fn step() -> impl Strategy<Value = Step> {
    let emails = || prop::collection::vec(0..6_usize, 0..3);
    prop_oneof![
        3 => (0..2_usize, 0..5_usize, emails(), prop::bool::weighted(0.8))
            .prop_map(|(connection, name, emails, active)| Step::Create { connection, name, emails, active }),
        1 => (0..6_usize, 0..5_usize).prop_map(|(user, name)| Step::Rename { user, name }),
        1 => (0..6_usize, emails()).prop_map(|(user, emails)| Step::Readdress { user, emails }),
        2 => (0..6_usize, any::<bool>()).prop_map(|(user, active)| Step::Activate { user, active }),
        1 => (0..6_usize, 0..5_usize, emails()).prop_map(|(user, name, emails)| Step::Replace { user, name, emails }),
        1 => (0..6_usize).prop_map(|user| Step::Delete { user }),
        4 => (0..HOSTS, 0..6_usize, emails()).prop_map(|(host, source, emails)| Step::Tell { host, source, emails }),
        1 => (0..HOSTS).prop_map(|host| Step::Forget { host }),
        2 => (0..HOSTS, prop::collection::vec(0..2_usize, 0..3))
            .prop_map(|(host, connections)| Step::Limit { host, connections }),
        1 => (0..HOSTS).prop_map(|host| Step::Unlimit { host }),
        1 => (0..2_usize, prop::collection::vec(0..2_usize, 0..2))
            .prop_map(|(connection, domains)| Step::Domains { connection, domains }),
        1 => (0..HOSTS, 0..6_usize).prop_map(|(host, user)| Step::AssignUser { host, user }),
        1 => (0..HOSTS, 0..6_usize).prop_map(|(host, email)| Step::AssignAddress { host, email }),
        1 => (0..HOSTS).prop_map(|host| Step::Share { host }),
        1 => (0..HOSTS).prop_map(|host| Step::TakeBack { host }),
    ]
}

fn histories(count: usize) -> impl Iterator<Item = Vec<Step>> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let history = prop::collection::vec(step(), 6..16);
    (0..count).map(move |_| history.new_tree(&mut runner).unwrap().current())
}

const DOMAINS: [&str; 2] = ["x.y", "w.y"];

/// The names and addresses of one history, and its two connections. Some addresses are names too, in another letter case or with the prefix of
/// Exchange.
struct Texts(usize, Vec<ConnectionId>);

impl Texts {
    fn name(&self, name: usize) -> String {
        format!("n{name}.{}@{}", self.0, DOMAINS[name % 2])
    }

    fn address(&self, address: usize) -> String {
        let history = self.0;
        match address {
            0 => format!("N0.{history}@X.Y"),
            1 => format!("smtp:n1.{history}@w.y"),
            2 => format!("n2.{history}@x.y"),
            3 => format!("Ä3.{history}@w.y"),
            4 => format!("Ä4.{history}@x.y"),
            other => format!("Ä{other}.{history}"),
        }
    }

    fn connection(&self, connection: usize) -> String {
        format!("{}{}", ["a", "b"][connection], self.0)
    }

    fn users(&self, connection: usize) -> String {
        format!("/connections/{}/v2/Users", self.connection(connection))
    }

    fn addresses(&self, addresses: &[usize]) -> Vec<String> {
        addresses.iter().map(|address| self.address(*address)).collect()
    }

    fn source(source: usize) -> Source {
        let names = ["idp", "mdm_idp_accounts", "google_chrome_profiles", "custom", "survey", "asset tags"];
        names[source].parse().unwrap()
    }

    fn host(&self, host: usize) -> HostId {
        HostId(i64::try_from(self.0 * HOSTS + host + 1).unwrap())
    }
}

async fn send(world: &World, method: Method, path: &str, body: Value) -> crate::world::Answer {
    world.call(method, path, Some(body)).await
}

fn body(name: &str, emails: &[String], active: Option<bool>) -> Value {
    let emails: Vec<Value> = emails.iter().map(|email| json!({ "value": email })).collect();
    let mut body = json!({ "schemas": [USER], "userName": name, "emails": emails });
    if let Some(active) = active {
        body["active"] = json!(active);
    }
    body
}

/// Runs a step against the library and the oracle. Both must refuse the same steps.
async fn take(world: &World, texts: &Texts, people: &mut People, step: &Step) {
    match step {
        Step::Create { connection, name, emails, active } => {
            let (name, emails) = (texts.name(*name), texts.addresses(emails));
            let body = body(&name, &emails, Some(*active));
            let answer = send(world, Method::POST, &texts.users(*connection), body).await;
            let id = answer.body["id"].as_str().unwrap_or_default();
            let created = people.create(*connection, id, &name, &emails, *active);
            assert_eq!(answer.status, if created { 201 } else { 409 }, "{step:?}: {}", answer.text);
        }
        Step::Rename { user, name } => {
            let Some(path) = at(texts, people, *user) else { return };
            let name = texts.name(*name);
            let patch = json!({ "Operations": [{ "op": "replace", "path": "userName", "value": name }] });
            let answer = send(world, Method::PATCH, &path, patch).await;
            let renamed = people.rename(*user, &name);
            assert_eq!(answer.status, if renamed { 200 } else { 409 }, "{step:?}: {}", answer.text);
        }
        Step::Readdress { user, emails } => {
            let Some(path) = at(texts, people, *user) else { return };
            let emails = texts.addresses(emails);
            let value = body("", &emails, None)["emails"].clone();
            let patch = json!({ "Operations": [{ "op": "replace", "path": "emails", "value": value }] });
            assert_eq!(send(world, Method::PATCH, &path, patch).await.status, 200);
            people.readdress(*user, &emails);
        }
        Step::Activate { user, active } => {
            let Some(path) = at(texts, people, *user) else { return };
            let patch = json!({ "Operations": [{ "op": "Replace", "value": { "active": active } }] });
            assert_eq!(send(world, Method::PATCH, &path, patch).await.status, 200);
            people.activate(*user, *active);
        }
        Step::Replace { user, name, emails } => {
            let Some(path) = at(texts, people, *user) else { return };
            let (name, emails) = (texts.name(*name), texts.addresses(emails));
            let answer = send(world, Method::PUT, &path, body(&name, &emails, None)).await;
            let renamed = people.rename(*user, &name);
            assert_eq!(answer.status, if renamed { 200 } else { 409 }, "{step:?}: {}", answer.text);
            if renamed {
                people.readdress(*user, &emails);
            }
        }
        Step::Delete { user } => {
            let Some(path) = at(texts, people, *user) else { return };
            assert_eq!(send(world, Method::DELETE, &path, json!({})).await.status, 204);
            people.delete(*user);
        }
        Step::Tell { host, source, emails } => {
            let emails = texts.addresses(emails);
            let told: Vec<&str> = emails.iter().map(String::as_str).collect();
            let source = Texts::source(*source);
            world.scim.hosts().set_emails(texts.host(*host), &source, &told).await.unwrap();
            people.tell(*host, source.as_str(), &emails);
        }
        Step::Forget { host } => {
            world.scim.hosts().forget(texts.host(*host)).await.unwrap();
            people.forget(*host);
        }
        Step::Limit { host, connections } => {
            let ids: Vec<ConnectionId> = connections.iter().map(|connection| texts.1[*connection]).collect();
            world.scim.hosts().limit_to(texts.host(*host), &ids).await.unwrap();
            people.limit(*host, Some(connections.iter().copied().collect()));
        }
        Step::Unlimit { host } => {
            world.scim.hosts().unlimit(texts.host(*host)).await.unwrap();
            people.limit(*host, None);
        }
        Step::AssignUser { host, user } => {
            let Some((_, id)) = people.at(*user) else { return };
            assign(world, texts.host(*host), &Assignee::User(UserId::parse(&id).unwrap())).await;
            people.assign(*host, Some(id));
        }
        Step::AssignAddress { host, email } => {
            let email = texts.address(*email);
            assign(world, texts.host(*host), &Assignee::Address(email.clone())).await;
            people.assign_address(*host, &email);
        }
        Step::Share { host } => {
            assign(world, texts.host(*host), &Assignee::Shared).await;
            people.assign(*host, None);
        }
        Step::TakeBack { host } => {
            let was = world.scim.hosts().take_back(texts.host(*host), "an administrator").await.unwrap();
            assert_eq!(was, people.take_back(*host), "{step:?}");
        }
        Step::Domains { connection, domains } => {
            let domains: Vec<&str> = domains.iter().map(|domain| DOMAINS[*domain]).collect();
            let settings =
                json!({ "settings": { "domains": if domains.is_empty() { json!(null) } else { json!(domains) } } });
            let path = format!("/connections/{}", texts.connection(*connection));
            assert_eq!(send(world, Method::PATCH, &path, settings).await.status, 200);
            fleet_scim::internals::adapt_keys(&world.scim).await.unwrap();
            people.limit_to_domains(*connection, &domains);
        }
    }
}

async fn assign(world: &World, host: HostId, assignee: &Assignee) {
    world.scim.hosts().assign(host, assignee, "an administrator").await.unwrap();
}

fn at(texts: &Texts, people: &People, user: usize) -> Option<String> {
    let (connection, id) = people.at(user)?;
    Some(format!("{}/{id}", texts.users(connection)))
}

async fn compare(world: &World, texts: &Texts, people: &People, history: &[Step], taken: usize) {
    let hosts: Vec<HostId> = (0..HOSTS).map(|host| texts.host(host)).collect();
    let found = world.scim.hosts().end_users(&hosts).await.unwrap();
    for (host, of_host) in found.into_iter().enumerate() {
        let told = match of_host.ownership {
            Ownership::Owned { .. } => Verdict::Owned(of_host.end_users[0].scim_user_id.clone().unwrap()),
            Ownership::Unowned { .. } => Verdict::Unowned,
            Ownership::Ambiguous { .. } => Verdict::Ambiguous,
            Ownership::Shared { .. } => Verdict::Shared,
        };
        assert_eq!(told, people.verdict(host), "host {host} after {:?}", &history[..=taken]);
    }
    explained(world, hosts[taken % HOSTS], &people.verdict(taken % HOSTS), &history[..=taken]).await;
}

/// Whoever wins in the explanation owns the host by the view, and where nobody owns it nobody wins.
async fn explained(world: &World, host: HostId, verdict: &Verdict, history: &[Step]) {
    let explained = world.scim.hosts().explain(host).await.unwrap();
    let winners: Vec<String> = explained
        .candidates
        .iter()
        .filter(|candidate| candidate.lost.is_none())
        .map(|candidate| candidate.user.to_string())
        .collect();
    let owner: Vec<String> = match verdict {
        Verdict::Owned(user) => vec![user.clone()],
        Verdict::Unowned | Verdict::Ambiguous | Verdict::Shared => vec![],
    };
    assert_eq!(winners, owner, "{host:?} after {history:?}: {explained:?}");
    let ties = explained.candidates.iter().any(|candidate| candidate.lost == Some(CandidateLost::Tie));
    assert_eq!(ties, *verdict == Verdict::Ambiguous, "{host:?} after {history:?}: {explained:?}");
}

on_each_database! {
    async fn random_histories_end_as_the_oracle_says(world: World) {
        let count = std::env::var("HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
        let mut owned = 0;
        for (number, history) in histories(count).enumerate() {
            let mut texts = Texts(number, vec![]);
            let mut people = People::default();
            for connection in 0..2 {
                let made = world.scim.ensure_connection(&texts.connection(connection)).await.unwrap();
                texts.1.push(made);
            }
            for (taken, step) in history.iter().enumerate() {
                take(world, &texts, &mut people, step).await;
                compare(world, &texts, &people, &history, taken).await;
            }
            owned += usize::from((0..HOSTS).any(|host| matches!(people.verdict(host), Verdict::Owned(_))));
        }
        assert!(owned * 5 > count, "{owned} of {count} histories end with an owner");
    }
}
