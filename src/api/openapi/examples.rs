//! Examples of requests and answers, each valid for its operation. None contains a `$ref`: client generators take it for a
//! reference in the document and fetch it (hey-api 0.99, orval 8.38, seen 2026-11-27).

use serde_json::{Value, json};

use crate::protocol::schema::urn;

/// The base URL of the examples: Fleet's mount.
const BASE: &str = "https://fleet.example.com/api/v1/fleet/scim";

pub fn user_body() -> Value {
    json!({
        "schemas": [urn::USER, urn::ENTERPRISE_USER],
        "externalId": "00ujl29u0le5T6Aj10h7",
        "userName": "ava.nguyen@example.com",
        "name": { "givenName": "Ava", "familyName": "Nguyen" },
        "emails": [{ "value": "ava.nguyen@example.com", "type": "work", "primary": true }],
        "active": true,
        (urn::ENTERPRISE_USER): { "department": "Sales" },
    })
}

pub fn user() -> Value {
    let mut user = user_body();
    user["id"] = "4".into();
    user["groups"] = json!([{ "value": "group-2", "display": "Engineering", "type": "direct" }]);
    user["meta"] = meta("User", "Users/4", "W/\"1-1\"");
    user
}

pub fn group_body() -> Value {
    json!({ "schemas": [urn::GROUP], "displayName": "Engineering", "members": [{ "value": "4" }] })
}

pub fn group() -> Value {
    json!({
        "schemas": [urn::GROUP],
        "id": "group-2",
        "displayName": "Engineering",
        "members": [{ "value": "4", "type": "User" }],
        "meta": meta("Group", "Groups/group-2", "W/\"1\""),
    })
}

fn meta(resource_type: &str, path: &str, version: &str) -> Value {
    json!({
        "resourceType": resource_type,
        "created": "2026-11-21T10:00:00.000Z",
        "lastModified": "2026-11-21T10:00:00.000Z",
        "location": format!("{BASE}/{path}"),
        "version": version,
    })
}

/// Builds the operations of a PATCH that such a client would send.
pub fn patch(of_group: bool) -> Value {
    let operation = if of_group {
        json!({ "op": "add", "path": "members", "value": [{ "value": "4" }] })
    } else {
        json!({ "op": "replace", "path": "active", "value": false })
    };
    json!({ "schemas": [urn::PATCH_OP], "Operations": [operation] })
}
