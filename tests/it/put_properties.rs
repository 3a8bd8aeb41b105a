//! A PUT is idempotent, means what a POST of the same body means, and does not depend on the order of its keys, however
//! the attributes of unregistered extensions are spelled.
//!
//! Each property runs a few thousand cases, unless `PROPTEST_CASES` says otherwise.

use fleet_scim::internals::{post_user, put_user};
use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

use crate::world::{USER, cases, seed};

/// Generates keys that could be extensions, their attributes, or parts of these. One of the two URNs begins like the
/// other.
fn key() -> impl Strategy<Value = String> {
    select(vec![
        "urn:a:x",
        "urn:a:x:tag",
        "urn:a:x.tag",
        "urn:a:x:badge",
        "urn:a:x.badge",
        "urn:a:x:badge:no",
        "urn:a:x:badge.no",
        "URN:A:X:TAG",
        "urn:a:xy",
        "urn:a:xy:tag",
        "urn:a:xy.tag",
        "urn:a:x:1.0",
        "urn:a:x:1.0:tag",
    ])
    .prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    select(vec![
        json!("t"),
        json!("u"),
        json!(7),
        json!(["a", "b"]),
        json!({ "k": "1" }),
        json!({ "tag": "v", "badge": { "no": "w" } }),
        Value::Null,
    ])
}

fn schemas() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(select(vec!["urn:a:x", "urn:a:x:badge", "urn:a:xy"]), 0..3)
}

/// Says whether a body contradicts itself: it gives an attribute twice, or both as a simple value and with parts. Such
/// a body has no meaning.
fn contradicts_itself(body: &Map<String, Value>) -> bool {
    let spelled: Vec<(String, &Value)> = body
        .iter()
        .filter(|(key, _)| key.contains(':'))
        .map(|(key, value)| (key.to_lowercase().replace('.', ":"), value))
        .collect();
    spelled.iter().enumerate().any(|(at, (one, value))| {
        let others = spelled.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, (key, _))| key);
        let is_simple = !value.is_object() && !value.is_null();
        others.into_iter().any(|other| other == one || is_simple && other.starts_with(&format!("{one}:")))
    })
}

fn body() -> impl Strategy<Value = Map<String, Value>> {
    (prop::collection::vec((key(), value()), 0..5), schemas())
        .prop_map(|(pairs, schemas)| {
            let mut body: Map<String, Value> = pairs.into_iter().collect();
            body.insert("userName".to_owned(), json!("ava@x.y"));
            body.insert("schemas".to_owned(), std::iter::once(USER).chain(schemas).collect());
            body
        })
        .prop_filter("a body that means something", |body| !contradicts_itself(body))
}

/// Sorts the keys of objects, so that documents compare without regard to their order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut pairs: Vec<_> = object.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            pairs.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(pairs.into_iter().collect())
        }
        value => value.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(4000), failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_keys_means_nothing(body in body()) {
        let reversed: Map<String, Value> = body.clone().into_iter().rev().collect();
        let read = |body: Map<String, Value>| post_user(&Value::Object(body)).map(|document| sorted(&document));
        prop_assert_eq!(read(body), read(reversed));
    }

    #[test]
    fn a_put_of_what_was_posted_changes_nothing(body in body()) {
        let body = Value::Object(body);
        if let Ok(posted) = post_user(&body) {
            prop_assert_eq!(put_user(&posted, &body).map(|document| sorted(&document)), Ok(sorted(&posted)));
        }
    }

    #[test]
    fn the_same_put_again_changes_nothing(stored in body(), mut body in body()) {
        // A null clears the extension that its key names. Once that is gone, the same key may name another extension.
        body.retain(|_, value| !value.is_null());
        let (stored, body) = (Value::Object(stored), Value::Object(body));
        if let Ok(stored) = post_user(&stored)
            && let Ok(once) = put_user(&stored, &body)
        {
            prop_assert_eq!(put_user(&once, &body).map(|document| sorted(&document)), Ok(sorted(&once)), "over {}", stored);
        }
    }

    #[test]
    fn an_extension_that_a_put_does_not_name_is_kept(stored in body()) {
        if let Ok(stored) = post_user(&Value::Object(stored)) {
            let put = put_user(&stored, &json!({ "schemas": [USER], "userName": "ava@x.y" }));
            prop_assert_eq!(put.map(|document| sorted(&document)), Ok(sorted(&stored)));
        }
    }
}
