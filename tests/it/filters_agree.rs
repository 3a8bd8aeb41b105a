//! SQL and the in-memory evaluator find the same resources by the same filter, on each database.

use std::collections::BTreeSet;

use fleet_scim::internals::matches;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World, encode},
};

const SLACK: &str = "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User";

/// Returns people with difficult values: other scripts, quotes, wildcards, blanks, missing values, several values, and
/// dates.
pub fn people() -> Vec<Value> {
    let words = [
        "ada",
        "Ada",
        "ÅSA",
        "åsa",
        "Σίσυφος",
        "İstanbul",
        "straße",
        "O'Neil",
        "a\"b",
        "50%",
        "a_b",
        "back\\slash",
        " pad ",
        "日本",
        "😀 smile",
        "a b",
        "zz",
        "Z",
        "ad",
    ];
    let mut people = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = words[(at + 1) % words.len()];
        let mut person = json!({
            "schemas": [USER],
            "userName": format!("{word}{at}@x.y"),
            "externalId": word,
            "active": at % 3 != 0,
        });
        if at % 2 == 0 {
            person["title"] = json!(word);
            person["name"] = json!({ "givenName": word, "familyName": next });
            person[ENTERPRISE] = json!({ "department": next, "manager": { "value": at.to_string() } });
        }
        if at % 3 == 0 {
            person["displayName"] = json!(format!("{word} {next}"));
            person["emails"] = json!([
                { "value": format!("{word}@work"), "type": "work", "primary": true },
                { "value": format!("{next}@home"), "type": "home" },
            ]);
        }
        if at % 4 == 1 {
            person["emails"] = json!([{ "value": format!("smtp:{word}@x"), "display": next }]);
            person["roles"] = json!([{ "value": next, "primary": false }, { "value": word, "primary": true }]);
            person[SLACK] = json!({ "startDate": "2024-04-10", "level": at, "trusted": at % 8 == 1, "nick": word });
        }
        people.push(person);
    }
    people
}

fn literal() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "ada", "ÅSA", "å", "σ", "İ", "s", "'", "\"", "%", "_", "\\", " ", "pad", "日", "😀", "@x", "@work", "@home",
        "work", "a", "z", "", "ada0@x.y", "ad", "O'Neil", "smtp:", "2", "10", "direct", "en", "group-1",
    ]);
    words.prop_map(|word| Value::from(word).to_string())
}

fn text_attribute() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "userName",
        "USERNAME",
        "displayName",
        "title",
        "externalId",
        "id",
        "name.givenName",
        "Name.FamilyName",
        "urn:ietf:params:scim:schemas:core:2.0:User:title",
        "emails",
        "emails.value",
        "emails.type",
        "emails.display",
        "roles.value",
        "groups",
        "groups.display",
        "groups.value",
        "schemas",
        "meta.resourceType",
        "meta.location",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "department",
        "manager",
        "manager.value",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:nick",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:level",
        "profileUrl",
        "x509Certificates.value",
    ])
    .prop_map(str::to_owned)
}

pub fn comparison() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "Eq", "CO"]);
    let text = (text_attribute(), operator, literal())
        .prop_map(|(name, operator, value)| format!("{name} {operator} {value}"));
    let present = prop::sample::select(vec![
        "title pr",
        "name pr",
        "emails pr",
        "emails.type pr",
        "roles pr",
        "groups pr",
        "manager pr",
        "active pr",
        "meta pr",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:level pr",
        "displayName eq null",
        "title ne null",
        "emails.primary pr",
        "photos pr",
        "externalId pr",
        "id pr",
    ])
    .prop_map(str::to_owned);
    let boolean = prop::sample::select(vec![
        "active eq true",
        "active ne false",
        "active eq \"False\"",
        "roles.primary eq true",
        "emails.primary eq false",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:trusted eq true",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:level gt 4",
        "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:level le 9.5",
    ])
    .prop_map(str::to_owned);
    let date = (
        prop::sample::select(vec!["meta.created", "meta.lastModified"]),
        prop::sample::select(vec!["gt", "ge", "lt", "le", "eq", "ne"]),
        prop::sample::select(vec![
            "\"2020-01-01T00:00:00Z\"",
            "\"2040-01-01T00:00:00.5+05:30\"",
            "\"2031-12-31T23:59:59.999-08:00\"",
        ]),
    )
        .prop_map(|(name, operator, date)| format!("{name} {operator} {date}"));
    let element = (
        prop::sample::select(vec!["type", "value", "display"]),
        prop::sample::select(vec!["eq", "ne", "co", "sw", "ew"]),
        literal(),
        prop::sample::select(vec!["and", "or"]),
        prop::sample::select(vec![
            "primary eq true",
            "not (type eq \"work\")",
            "value pr",
            "type eq \"home\"",
            "display ne null",
        ]),
        prop::sample::select(vec!["emails", "roles"]),
    )
        .prop_map(|(sub, operator, value, logic, other, attribute)| {
            format!("{attribute}[{sub} {operator} {value} {logic} {other}]")
        });
    prop_oneof![5 => text, 2 => present, 1 => boolean, 1 => date, 3 => element]
}

fn filter() -> impl Strategy<Value = String> {
    comparison().prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left}) and ({right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("{left} or {right}")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

/// Generates filters, the same ones on each database and in each run.
pub fn filters(count: usize) -> Vec<String> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| filter().new_tree(&mut runner).unwrap().current()).collect()
}

fn number_of_filters() -> usize {
    std::env::var("FILTERS").ok().and_then(|count| count.parse().ok()).unwrap_or(1000)
}

async fn all(world: &World, endpoint: &str) -> Vec<Value> {
    world.get(endpoint).await.body["Resources"].as_array().unwrap().clone()
}

fn expected(filter: &str, resources: &[Value]) -> BTreeSet<String> {
    let meeting = resources.iter().filter(|resource| matches(filter, resource).unwrap());
    meeting.map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
}

on_each_database! {
    async fn sql_finds_what_the_evaluator_finds(world: World) {
        let mut ids = Vec::new();
        for person in people() {
            ids.push(world.created("/Users", person).await);
        }
        for (at, name) in ["Ada's", "ÅSA %", "Z"].iter().enumerate() {
            let members: Vec<&str> = ids.iter().skip(at).step_by(3).map(String::as_str).collect();
            world.group(name, &members).await;
        }
        let users = all(world, "/Users").await;
        assert_eq!(users.len(), ids.len());
        let (mut telling, mut dear, filters) = (0, 0, filters(number_of_filters()));
        for filter in &filters {
            let found = world.get(&format!("/Users?attributes=id&filter={}", encode(filter))).await;
            // Both refuse a comparison that the type of the attribute does not allow.
            if let Err(refusal) = matches(filter, &users[0]) {
                assert_eq!((found.status, found.detail()), (400, &*refusal.detail), "{filter}");
                continue;
            }
            if found.body["scimType"] == "tooMany" {
                dear += 1;
                continue;
            }
            assert_eq!(found.status, 200, "{filter}: {}", found.text);
            let found: BTreeSet<String> = found.body["Resources"].as_array().unwrap().iter()
                .map(|user| user["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(found, expected(filter, &users), "{filter}");
            telling += usize::from(!found.is_empty() && found.len() < users.len());
        }
        assert!(dear * 20 <= filters.len(), "{dear} of {} filters cost too much to be asked", filters.len());
        assert!(telling * 10 >= filters.len() * 3, "{telling} of {} filters tell anything", filters.len());
    }

    async fn groups_are_found_alike_too(world: World) {
        let ava = world.user("ava@x.y").await;
        let inner = world.group("Inner", &[]).await;
        let outer = world.group("Outer ÅSA", &[&ava, &inner]).await;
        let okta = json!({
            "schemas": [GROUP], "displayName": "Okta 100%", "externalId": "g1",
            "urn:okta:custom:group:1.0": { "description": "All of Sales" },
        });
        world.created("/Groups", okta).await;
        let groups = all(world, "/Groups").await;
        for filter in [
            "displayName eq \"OUTER åsa\"", "displayName co \"%\"", "displayName sw \"in\"", "displayName ew \"er\"",
            "externalId eq \"g1\"", "externalId eq \"G1\"", "not (externalId pr)", "members pr", "not (members pr)",
            &format!("members eq \"{ava}\""), &format!("members.value eq \"{inner}\""), "members.type eq \"group\"",
            "members[type eq \"User\"]", "members.value sw \"group-\"", &format!("members ne \"{ava}\""),
            &format!("id eq \"{outer}\" and members eq \"{ava}\""), "id sw \"group-\"", "id eq \"1\"", "meta.resourceType eq \"Group\"",
            "urn:okta:custom:group:1.0:description co \"sales\"", "urn:okta:custom:group:1.0:description pr",
            "members.$ref co \"/Users/\"", "schemas co \"core\"", "displayName gt \"n\"", "displayName le \"inner\"",
        ] {
            let found: BTreeSet<String> = world.ids("/Groups", filter).await.into_iter().collect();
            assert_eq!(found, expected(filter, &groups), "{filter}");
        }
    }
}
