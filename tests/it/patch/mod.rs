//! PATCH of users (RFC 7644 section 3.5.2).

mod add;
mod atomicity;
mod clients;
mod elements;
mod extensions;
mod open;
mod pathless;
mod read_only;
mod refusals;
mod remove;
mod replace;
mod versions;

use serde_json::{Value, json};

use crate::world::{ENTERPRISE, USER, World};

/// Creates a user with attributes of each kind.
async fn ava(world: &World) -> String {
    let body = json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "00u1",
        "userName": "ava@x.y",
        "name": { "givenName": "Ava", "familyName": "Stone", "formatted": "Ava Stone" },
        "title": "Engineer",
        "active": true,
        "emails": [
            { "value": "ava@work.y", "type": "work", "primary": true, "display": "Work" },
            { "value": "ava@home.y", "type": "home" },
        ],
        ENTERPRISE: { "department": "R&D", "costCenter": "7", "manager": { "value": "1", "$ref": "../Users/1" } },
    });
    world.created("/Users", body).await
}

/// Applies operations to a user, and returns the user as the next GET answers it.
async fn patched(world: &World, id: &str, operations: Value) -> Value {
    let answer = world.patch(&format!("/Users/{id}"), operations.clone()).await;
    assert_eq!(answer.status, 200, "{operations}: {}", answer.text);
    let got = world.get(&format!("/Users/{id}")).await;
    assert_eq!(got.body, answer.body, "{operations}");
    got.body
}
