//! Any operations leave a valid document: no null, nothing empty, no value twice, at most one primary value, and a
//! `userName`.
//!
//! Each property runs a few thousand cases, unless `PROPTEST_CASES` says otherwise.

use fleet_scim::internals::{patch_user, post_user};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{ENTERPRISE, cases, seed};

fn path() -> impl Strategy<Value = Option<String>> {
    let known = prop::sample::select(vec![
        "userName",
        "USERNAME",
        "displayName",
        "title",
        "active",
        "name",
        "name.givenName",
        "Name.FamilyName",
        "emails",
        "emails.value",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[primary eq true].value",
        "emails[type eq \"home\" and primary eq \"True\"].display",
        "emails[not (type eq \"work\")]",
        "emails[value sw \"a\"]",
        "roles",
        "roles[primary eq \"True\"].value",
        "addresses[type eq \"work\"].locality",
        "addresses",
        "phoneNumbers",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager",
        "manager",
        "department",
        "externalId",
        "urn:x:y:z",
        "urn:x:y:z:attr",
        "urn:x:y:z:attr.sub",
        "unknown",
        "password",
        "schemas",
        "groups",
        "id",
        "a.b.c",
        "emails[",
        "",
    ]);
    prop_oneof![5 => known.prop_map(|path| Some(path.to_owned())), 1 => Just(None)]
}

/// Generates paths without a filter.
fn whole_path() -> impl Strategy<Value = Option<String>> {
    path().prop_filter("no filter", |path| path.as_ref().is_none_or(|path| !path.contains('[')))
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        prop::sample::select(vec!["a@x.y", "A@X.Y", "b@x.y", "work", "home", "True", "false", "", " ", "Åsa"])
            .prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(Value::from),
        Just(Value::Null),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "value",
        "type",
        "primary",
        "display",
        "givenName",
        "familyName",
        "locality",
        "department",
        "manager",
        "userName",
        "emails",
        "emails[type eq \"work\"].value",
        "name.givenName",
        "active",
        ENTERPRISE,
        "urn:x:y:z",
        "schemas",
        "id",
        "nonsense",
        "Value",
    ]);
    let shallow = prop::collection::vec((name.clone(), scalar()), 0..4);
    let shallow = shallow
        .prop_map(|entries| Value::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
        .boxed();
    let inner = prop_oneof![
        scalar(),
        shallow.clone(),
        prop::collection::vec(prop_oneof![scalar(), shallow], 0..3).prop_map(Value::Array)
    ];
    prop::collection::vec((name, inner), 0..4)
        .prop_map(|entries| Value::Object(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![scalar(), object(), prop::collection::vec(prop_oneof![scalar(), object()], 0..3).prop_map(Value::Array)]
}

fn operations() -> impl Strategy<Value = Value> {
    let op = prop::sample::select(vec!["add", "replace", "remove", "Add", "Replace", "Remove"]);
    let operation = (op, path(), prop::option::of(value())).prop_map(|(op, path, value)| {
        let mut operation = json!({ "op": op });
        if let Some(path) = path {
            operation["path"] = path.into();
        }
        if let Some(value) = value {
            operation["value"] = value;
        }
        operation
    });
    prop::collection::vec(operation, 1..5).prop_map(Value::Array)
}

fn start() -> Value {
    json!({
        "userName": "ava@x.y", "active": true, "title": "Dr",
        "name": { "givenName": "Ava", "familyName": "Nguyen" },
        "emails": [{ "value": "a@x.y", "type": "work", "primary": true }, { "value": "h@x.y", "type": "home" }],
        "roles": [{ "value": "admin" }],
        ENTERPRISE: { "department": "Sales", "manager": { "value": "7" } },
        "urn:x:y:z": { "attr": "kept", "other": { "sub": 1 } },
    })
}

/// Returns the first thing that is wrong with a document.
fn fault(value: &Value, at: &str) -> Option<String> {
    match value {
        Value::Null => Some(format!("null at {at}")),
        Value::Array(values) if values.is_empty() => Some(format!("nothing in {at}")),
        Value::Object(object) if object.is_empty() => Some(format!("nothing in {at}")),
        Value::Array(values) => {
            let primary = values.iter().filter(|value| value.get("primary") == Some(&Value::Bool(true))).count();
            let twice =
                values.iter().enumerate().any(|(place, value)| values[..place].contains(value) && at != "/urn:x:y:z");
            if primary > 1 {
                return Some(format!("{primary} primary values in {at}"));
            }
            if twice && !at.starts_with("/urn:x") {
                return Some(format!("a value twice in {at}"));
            }
            values.iter().find_map(|value| fault(value, at))
        }
        Value::Object(object) => object.iter().find_map(|(name, value)| {
            let dotted = name.contains(['.', '[']) && !name.contains(':') && !at.starts_with("/urn:x");
            if dotted { Some(format!("a path as a key: {name}")) } else { fault(value, &format!("{at}/{name}")) }
        }),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4000), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn a_patch_leaves_a_document_or_is_refused(operations in operations()) {
        match patch_user(&start(), &operations) {
            Err(refusal) => {
                prop_assert_eq!(refusal.status, 400);
                prop_assert!(refusal.scim_type.is_some() && !refusal.detail.is_empty());
            }
            Ok(document) => {
                prop_assert_eq!(fault(&document, ""), None, "{}", document);
                prop_assert!(document["userName"].as_str().is_some_and(|name| !name.is_empty()));
                prop_assert!(document["active"].is_boolean());
                prop_assert_eq!(post_user(&document), Ok(document.clone()), "what a POST of it would leave");
                for name in ["id", "schemas", "groups", "meta", "password", "unknown", "nonsense"] {
                    prop_assert!(document.get(name).is_none(), "{}", name);
                }
            }
        }
    }

    /// The same `replace` or `remove` again changes nothing. Paths with a filter are left out: the values that the
    /// filter matched the first time may be gone the second time.
    #[test]
    fn doing_it_again_changes_nothing(path in whole_path(), value in value(), removes in any::<bool>()) {
        let op = if removes { "remove" } else { "replace" };
        let mut operation = json!({ "op": op, "value": value });
        if let Some(path) = &path {
            operation["path"] = path.as_str().into();
        }
        let operations = json!([operation]);
        if let Ok(once) = patch_user(&start(), &operations) {
            prop_assert_eq!(patch_user(&once, &operations), Ok(once));
        }
    }
}
