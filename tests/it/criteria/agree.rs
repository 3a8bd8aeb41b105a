//! SQL finds the hosts whose owner meets a filter as the in-memory evaluator does, on each database.

use std::collections::BTreeSet;

use fleet_scim::{
    Error, GroupId, HostId, ScimType,
    hosts::{Assignee, MatchedAttribute, Ownership, Source},
    internals::{matching, owner_matches},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    connections::connect,
    filters_agree::{comparison, people},
    native, on_each_database,
    world::{GROUP, World},
};

/// A filter, by its parts.
#[derive(Debug, Clone)]
enum Tree {
    Comparison(String),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Comparison(text) => text.clone(),
            Self::And(left, right) => format!("({}) and ({})", left.text(), right.text()),
            Self::Or(left, right) => format!("({}) or ({})", left.text(), right.text()),
            Self::Not(inner) => format!("not ({})", inner.text()),
        }
    }

    fn names_status(&self) -> bool {
        match self {
            Self::Comparison(text) => text.starts_with("status"),
            Self::And(left, right) | Self::Or(left, right) => left.names_status() || right.names_status(),
            Self::Not(inner) => inner.names_status(),
        }
    }

    fn is_met_by(&self, owner: &Value) -> bool {
        match self {
            Self::Comparison(text) => owner_matches(text, owner).unwrap(),
            Self::And(left, right) => left.is_met_by(owner) && right.is_met_by(owner),
            Self::Or(left, right) => left.is_met_by(owner) || right.is_met_by(owner),
            Self::Not(inner) => !inner.is_met_by(owner),
        }
    }

    /// What a host without an owner meets: its status, and a negation only where the status is named in it or beside it.
    fn is_met_without_owner(&self, host: &Value, named: bool) -> bool {
        match self {
            Self::Comparison(text) => (named || self.names_status()) && owner_matches(text, host).unwrap(),
            Self::And(left, right) => {
                let named = named || self.names_status();
                left.is_met_without_owner(host, named) && right.is_met_without_owner(host, named)
            }
            Self::Or(left, right) => left.is_met_without_owner(host, named) || right.is_met_without_owner(host, named),
            Self::Not(inner) => {
                let named = named || inner.names_status();
                named && !inner.is_met_without_owner(host, named)
            }
        }
    }
}

fn of_hosts() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "status eq \"owned\"",
        "status eq \"Unowned\"",
        "status eq \"ambiguous\"",
        "status ne \"owned\"",
        "status sw \"un\"",
        "status pr",
        "source eq \"idp\"",
        "source ne \"custom\"",
        "source co \"profiles\"",
        "matchedBy eq \"userName\"",
        "matchedBy eq \"emails\"",
        "matchedBy pr",
        "matchedBy eq \"assigned\"",
        "status eq \"shared\"",
        "groups.externalId eq \"ext-1\"",
        "groups.externalId pr",
        "groups.externalId eq \"EXT-1\"",
        "groups.identifier eq \"ada_s\"",
        "groups.identifier sw \"a\"",
        "groups.display eq \"All\"",
        "groups.display eq \"Contractors\"",
        "groups.display co \"a\"",
        "groups.type eq \"indirect\"",
        "groups[type eq \"direct\" and display co \"s\"]",
        "groups pr",
        "active eq true",
    ])
    .prop_map(str::to_owned)
}

fn tree() -> impl Strategy<Value = Tree> {
    let asks_url = |text: &String| text.contains("meta.location") || text.contains("$ref");
    let comparison = comparison().prop_filter("hosts have no URLs of owners", move |text| !asks_url(text));
    prop_oneof![comparison, of_hosts()].prop_map(Tree::Comparison).prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Tree::And(Box::new(left), Box::new(right))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| Tree::Or(Box::new(left), Box::new(right))),
            inner.prop_map(|inner| Tree::Not(Box::new(inner))),
        ]
    })
}

fn trees(count: usize) -> Vec<Tree> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| tree().new_tree(&mut runner).unwrap().current()).collect()
}

/// Makes people in two connections, nested and native groups, and hosts: of one address or several, of nobody, of two people.
async fn company(world: &World) -> Vec<HostId> {
    let okta = connect(world, "okta").await;
    let mut ids = Vec::new();
    for (at, person) in people().into_iter().enumerate() {
        match at % 4 {
            3 => drop(
                crate::connections::call(world, &okta, fleet_scim::poem::http::Method::POST, "/Users", Some(person))
                    .await,
            ),
            _ => ids.push(world.created("/Users", person).await),
        }
    }
    let members: Vec<Value> = ids.iter().step_by(3).map(|id| json!({ "value": id })).collect();
    let inner = json!({ "schemas": [GROUP], "displayName": "Ada's", "externalId": "ext-1", "members": members });
    let inner = world.created("/Groups", inner).await;
    let middle = world.group("Sales Z", &[&inner, &ids[1]]).await;
    world.group("All", &[&middle]).await;
    let native = native::group(world, "Contractors", &[fleet_scim::UserId::parse(&ids[2]).unwrap()]).await;
    assert!(native > GroupId(0));
    let same = json!([{ "value": "both@x" }]);
    for name in ["one", "two"] {
        world.created("/Users", json!({ "userName": name, "emails": same })).await;
    }
    let sources = [Source::Idp, Source::MdmIdpAccounts, Source::GoogleChromeProfiles, Source::Custom];
    let words: Vec<String> = people().iter().map(|person| person["userName"].as_str().unwrap().to_owned()).collect();
    for (at, address) in words.iter().enumerate() {
        let host = i64::try_from(at).unwrap() + 1;
        world.host(host, &sources[at % 4], address).await;
        if at % 3 == 0 {
            world.host(host, &Source::Custom, "ada@work").await;
        }
    }
    world.host(101, &Source::Custom, "nobody@x.y").await;
    world.host(102, &Source::Idp, "nobody@x.y").await;
    world.host(103, &Source::Custom, "both@x").await;
    world.host(104, &Source::Custom, "ada@work").await;
    let hands = world.scim.hosts();
    hands.assign(HostId(2), &Assignee::Shared, "it").await.unwrap();
    hands.assign(HostId(7), &Assignee::User(fleet_scim::UserId::parse(&ids[0]).unwrap()), "it").await.unwrap();
    world.scim.hosts().set_names([(HostId(105), "kiosk".to_owned())]).await.unwrap();
    let mut hosts: Vec<HostId> = (1..=words.len()).map(|id| HostId(i64::try_from(id).unwrap())).collect();
    hosts.extend((101..=105).map(HostId));
    hosts
}

/// Returns each host with its owner as a whole, or with nothing but its status.
async fn owners(world: &World, hosts: &[HostId]) -> Vec<(HostId, bool, Value)> {
    let mut owners = Vec::new();
    for host in hosts {
        let of_host = world.scim.hosts().end_users_of(*host).await.unwrap();
        let status = serde_json::to_value(&of_host.ownership).unwrap()["status"].clone();
        let Ownership::Owned { source, matched_by, .. } = &of_host.ownership else {
            owners.push((*host, false, json!({ "status": status })));
            continue;
        };
        let id = of_host.end_users[0].scim_user_id.clone().unwrap();
        let user = fleet_scim::UserId::parse(&id).unwrap();
        let connection = world.scim.connections().of_users(&[user]).await.unwrap()[&user].name.clone();
        let mut owner = world.get(&format!("/connections/{connection}/v2/Users/{id}")).await.body;
        owner["groups"] = groups(world, &owner["groups"], &of_host.end_users[0].idp_groups).await;
        owner["source"] = json!(source);
        owner["matchedBy"] = json!(match matched_by {
            MatchedAttribute::UserName => "userName",
            MatchedAttribute::Emails => "emails",
            MatchedAttribute::Assigned => "assigned",
            _ => "former userName",
        });
        owner["status"] = status;
        owners.push((*host, true, owner));
    }
    owners
}

/// Adds to the groups of a user what only criteria know of them, and the native ones.
async fn groups(world: &World, own: &Value, all: &[String]) -> Value {
    let mut groups = own.as_array().cloned().unwrap_or_default();
    let listed = world.get("/connections/native/v2/Groups").await.body["Resources"].clone();
    for native in listed.as_array().unwrap() {
        if all.iter().any(|name| native["displayName"] == *name) {
            groups.push(json!({ "value": native["id"], "display": native["displayName"], "type": "direct" }));
        }
    }
    for group in &mut groups {
        let id = GroupId::parse(group["value"].as_str().unwrap()).unwrap();
        let identifiers = world.scim.connections().identifiers(&[id]).await.unwrap();
        group["identifier"] = json!(identifiers[&id]);
        let stored = world.get(&format!("/Groups/{id}")).await;
        if stored.status == 200 && stored.body["externalId"].is_string() {
            group["externalId"] = stored.body["externalId"].clone();
        }
    }
    groups.into()
}

on_each_database! {
    async fn criteria_find_what_the_evaluator_finds(world: World) {
        let hosts = company(world).await;
        let owners = owners(world, &hosts).await;
        let statuses: BTreeSet<&str> = owners.iter().map(|(_, _, owner)| owner["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["ambiguous", "owned", "shared", "unowned"].into());
        let count = std::env::var("FILTERS").ok().and_then(|count| count.parse().ok()).unwrap_or(1000);
        let (mut telling, mut dear, trees) = (0, 0, trees(count));
        for (at, tree) in trees.iter().enumerate() {
            let filter = tree.text();
            // Few people are found first, or the hosts are gone through.
            let found = match matching(&world.scim, &filter, 1000).await {
                Err(Error::Filter(refusal)) if refusal.scim_type == Some(ScimType::TooMany) => {
                    dear += 1;
                    continue;
                }
                // Both refuse a comparison that the type of the attribute does not allow.
                Err(Error::Filter(refusal)) => {
                    assert_eq!(refusal, owner_matches(&filter, &owners[0].2).unwrap_err(), "{filter}");
                    continue;
                }
                found => found.unwrap(),
            };
            if at % 4 == 0 {
                assert_eq!(matching(&world.scim, &filter, 0).await.unwrap(), found, "{filter}");
            }
            let meets = |owned: bool, owner: &Value| match owned {
                true => tree.is_met_by(owner),
                false => tree.is_met_without_owner(owner, false),
            };
            let expected: Vec<HostId> =
                owners.iter().filter(|(_, owned, owner)| meets(*owned, owner)).map(|(host, ..)| *host).collect();
            assert_eq!(found.0, expected, "{filter}");
            assert_eq!(found.1, expected.len() as u64, "{filter}");
            telling += usize::from(!expected.is_empty() && expected.len() < hosts.len());
        }
        assert!(dear * 20 <= trees.len(), "{dear} of {} filters cost too much to be asked", trees.len());
        assert!(telling * 10 >= trees.len() * 3, "{telling} of {} filters tell anything", trees.len());
    }
}
