//! The exact text of error bodies and discovery. `INSTA_UPDATE=always cargo test snapshots` rewrites the files of
//! `tests/it/snapshots`; check the diff afterwards.

use std::collections::BTreeSet;

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{databases::Backend, world::World};

/// Returns requests that are refused: a name, and what is sent.
fn refusals() -> Vec<(&'static str, Method, &'static str, Option<Value>)> {
    let operations = |operations: Value| Some(json!({ "Operations": operations }));
    vec![
        ("no_endpoint", Method::GET, "/v2/Users", None),
        ("no_user", Method::GET, "/Users/007", None),
        ("no_method", Method::PUT, "/Users", Some(json!({}))),
        ("no_user_name", Method::POST, "/Users", Some(json!({ "displayName": "Ava" }))),
        ("user_name_taken", Method::POST, "/Users", Some(json!({ "userName": "AVA@example.com" }))),
        ("display_name_taken", Method::POST, "/Groups", Some(json!({ "displayName": "engineering" }))),
        ("scim_1", Method::POST, "/Users", Some(json!({ "schemas": ["urn:scim:schemas:core:1.0"], "userName": "b" }))),
        ("wrong_type", Method::POST, "/Users", Some(json!({ "userName": "b", "active": "perhaps" }))),
        ("bad_filter", Method::GET, "/Users?filter=userName%20eq", None),
        ("unknown_attribute", Method::GET, "/Users?filter=shoeSize%20eq%20%2244%22", None),
        (
            "dear_filter",
            Method::GET,
            "/Users?filter=title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr%20or%20title%20pr",
            None,
        ),
        ("bad_cursor", Method::GET, "/Users?cursor=x", None),
        ("large_count_by_cursor", Method::GET, "/Users?cursor&count=100000", None),
        ("no_operations", Method::PATCH, "/Users/1", Some(json!({}))),
        ("unknown_op", Method::PATCH, "/Users/1", operations(json!([{ "op": "move" }]))),
        ("bad_path", Method::PATCH, "/Users/1", operations(json!([{ "op": "remove", "path": "emails[" }]))),
        ("no_target", Method::PATCH, "/Users/1", operations(json!([{ "op": "remove" }]))),
        ("read_only", Method::PATCH, "/Users/1", operations(json!([{ "op": "replace", "path": "id", "value": "2" }]))),
        (
            "unknown_members",
            Method::PATCH,
            "/Groups/group-1",
            operations(json!([{ "op": "add", "path": "members", "value": [{ "value": "4711" }] }])),
        ),
        ("me_of_nobody", Method::GET, "/Me", None),
    ]
}

const DISCOVERY: [(&str, &str); 3] = [
    ("service_provider_config", "/ServiceProviderConfig"),
    ("resource_types", "/ResourceTypes"),
    ("schemas", "/Schemas"),
];

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[tokio::test]
async fn refusals_are_worded_as_before() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    world.created("/Users", json!({ "userName": "ava@example.com" })).await;
    world.created("/Groups", json!({ "displayName": "Engineering" })).await;
    for (name, method, path, body) in refusals() {
        let answer = world.call(method, path, body).await;
        assert!(answer.status >= 400, "{name}: {}", answer.text);
        settings().bind(|| insta::assert_snapshot!(name, format!("{:#}", answer.body)));
    }
    world.close().await;
}

#[tokio::test]
async fn discovery_says_what_it_said() {
    let world = World::new(Backend::Sqlite).await.unwrap();
    for (name, path) in DISCOVERY {
        let answer = world.get(path).await;
        assert_eq!(answer.status, 200);
        settings().bind(|| insta::assert_snapshot!(name, format!("{:#}", answer.body)));
    }
    world.close().await;
}

#[test]
fn every_snapshot_has_its_request() {
    let asked: BTreeSet<String> = refusals()
        .iter()
        .map(|(name, ..)| *name)
        .chain(DISCOVERY.map(|(name, _)| name))
        .map(|name| format!("{name}.snap"))
        .collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots");
    let stored = std::fs::read_dir(folder).unwrap();
    let stored: BTreeSet<String> =
        stored.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(asked, stored);
}
