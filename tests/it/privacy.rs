//! No error and no `details` contain a person's name, address or contact data, wherever a client puts them.

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    databases::Backend,
    on_each_database,
    world::{Answer, World, encode},
};

/// Values of several kinds, and the part of each that must not be found anywhere.
const SECRETS: [(&str, &str); 5] = [
    ("Ava Nguyen", "Nguyen"),
    ("+4915123456789", "4915123456789"),
    ("ava.nguyen@example.com", "ava.nguyen"),
    ("Hauptstraße 5, 10115 Berlin", "Hauptstr"),
    ("Ava \u{00d6}zil", "zil"),
];

async fn keeps(world: &World, secret: &str, answer: Answer, what: &str) {
    let told = [answer.body["detail"].to_string(), world.last_request().await["details"].to_string()];
    for text in told {
        assert!(!text.contains(secret), "{what}: {text}");
    }
}

on_each_database! {
    async fn no_error_and_no_details_quote_what_a_client_sent(world: World) {
        let ava = world.user("somebody@x.y").await;
        let group = world.group("g", &[&ava]).await;
        let (user, group) = (format!("/Users/{ava}"), format!("/Groups/{group}"));
        for (value, secret) in SECRETS {
            let member = json!([{ "value": value }]);
            let operation = |op: &str, path: &str, of: Value| json!([{ "op": op, "path": path, "value": of }]);
            let extension = json!({ "userName": "new@x.y", "urn:x:y": { value: "x".repeat(5000) } });
            let deep = (0..20).fold(json!(1), |inner, _| json!({ value: inner }));
            let bodies = [
                (Method::POST, "/Groups", json!({ "displayName": "new", "members": member })),
                (Method::PUT, &group, json!({ "displayName": "g", "members": member })),
                (Method::PUT, &group, json!({ "displayName": "g", "members": [{ "value": value }, { "value": ava }] })),
                (Method::POST, "/Users", json!({ "userName": "a@x.y", value: "x" })),
                (Method::POST, "/Users", json!({ "userName": "b@x.y", "active": value })),
                (Method::POST, "/Users", json!({ "userName": "c@x.y", "name": { value: 1 } })),
                (Method::POST, "/Users", json!({ "userName": "d@x.y", "name": value })),
                (Method::POST, "/Users", json!({ "userName": [value, value] })),
                (Method::POST, "/Users", json!({ "userName": value.repeat(60) })),
                (Method::POST, "/Users", json!({ "userName": "e@x.y", "emails": [{ "value": value.repeat(60) }] })),
                (Method::POST, "/Users", json!({ "userName": "f@x.y", "schemas": [value] })),
                (Method::POST, "/Users", extension),
                (Method::POST, "/Users", json!({ "userName": "g@x.y", "urn:x:y": { "a": deep } })),
                (Method::POST, "/Users/.search", json!({ "filter": format!("{value} eq \"x\"") })),
                (Method::POST, "/Users/.search", json!({ "filter": format!("userName eq \"{value}") })),
                (Method::POST, "/Users/.search", json!({ "filter": format!("userName {value} \"x\"") })),
                (Method::POST, "/Users/.search", json!({ "filter": format!("active eq \"{value}\"") })),
                (Method::POST, "/Users/.search", json!({ "filter": "userName pr", "sortBy": value })),
                (Method::POST, "/Users/.search", json!({ "filter": "userName pr", "attributes": [value] })),
                (Method::POST, "/Users/.search", json!({ "sortOrder": value, "count": value })),
                (Method::POST, "/Bulk", json!({ "Operations": [{ "method": value, "path": value, "bulkId": value }] })),
                (Method::POST, "/Bulk", json!({ "Operations": [{ "method": "PATCH", "path": format!("/Users/bulkId:{value}"), "data": {} }] })),
            ];
            for (method, path, body) in bodies {
                let what = format!("{method} {path} {body}");
                keeps(world, secret, world.call(method, path, Some(body)).await, &what).await;
            }
            for (path, operations) in [
                (&user, operation(value, "title", json!("x"))),
                (&user, operation("add", value, json!("x"))),
                (&user, operation("add", &format!("urn:x:y:{value}"), json!("x"))),
                (&user, operation("add", &format!("emails[{value} eq \"x\"].value"), json!("x"))),
                (&user, operation("replace", &format!("emails[type eq \"{value}\" or value eq \"y\"].value"), json!("x"))),
                (&user, operation("replace", &format!("name.{value}"), json!("x"))),
                (&user, operation("replace", "active", json!(value))),
                (&user, operation("replace", "emails", json!([{ "primary": value }]))),
                (&group, operation("add", "members", json!([{ "value": value }]))),
                (&group, operation("remove", &format!("members[value eq \"{value}\"]"), Value::Null)),
                (&group, operation("remove", &format!("members[{value} eq \"x\"]"), Value::Null)),
                (&group, json!([{ "op": "add", "value": { value: "x" } }])),
            ] {
                let what = format!("PATCH {operations}");
                keeps(world, secret, world.patch(path, operations).await, &what).await;
            }
            for query in ["filter", "sortBy", "attributes", "excludedAttributes", "cursor", "count", "startIndex"] {
                let answer = world.get(&format!("/Users?{query}={}", encode(value))).await;
                keeps(world, secret, answer, query).await;
            }
            keeps(world, secret, world.get(&format!("/Users/{}", encode(value))).await, "an id").await;
            keeps(world, secret, world.get(&format!("/{}", encode(value))).await, "a path").await;
        }
    }

    /// PostgreSQL writes a name that its index refused into its own log.
    async fn postgres_is_asked_for_a_name_and_not_made_to_refuse_it(world: World) {
        if world.backend != Backend::Postgres {
            return;
        }
        let (ava, _) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let (g, _) = (world.group("g", &[]).await, world.group("h", &[]).await);
        let rename = |name: &str, to: &str| json!([{ "op": "replace", "path": name, "value": to }]);
        let (user, group) = (format!("/Users/{ava}"), format!("/Groups/{g}"));
        for (what, sent) in [
            ("PATCH of a user", world.statements_of(world.patch(&user, rename("userName", "SAM@x.y"))).await),
            ("PUT of a user", world.statements_of(world.put(&user, json!({ "userName": "SAM@x.y" }))).await),
            ("PATCH of a group", world.statements_of(world.patch(&group, rename("displayName", "H"))).await),
            ("PUT of a group", world.statements_of(world.put(&group, json!({ "displayName": "H" }))).await),
        ] {
            // The three statements lock the resource, look for the name, and read whose it is.
            assert_eq!((sent.0, sent.1.status), (3, 409), "{what}: {}", sent.1.text);
        }
    }
}
