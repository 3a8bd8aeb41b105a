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

/// Builds the body of this server's error for a status.
pub fn error(status: &str, of_group: bool) -> Option<Value> {
    let (scim_type, detail) = match status {
        "400" => (Some("invalidFilter"), "'and', 'or' or the end is expected at character 19 of the filter"),
        "401" => (None, "the token is not valid: make a new one and enter it in your identity provider"),
        "403" => (None, "the token is an observer's: use one of a maintainer or an administrator"),
        "404" if of_group => (None, "no Group has this id: it was never here, or was deleted"),
        "404" => (None, "no User has this id: it was never here, or was deleted"),
        "409" if of_group => (
            Some("uniqueness"),
            "another group has this displayName already, in whatever letter case: it has the id group-2, link to it or choose another name",
        ),
        "409" => {
            (Some("uniqueness"), "another user has this userName already, in whatever letter case: it has the id 4")
        }
        "412" => (None, "the resource has changed since: get it again"),
        "413" => (None, "the body is larger than 1048576 bytes"),
        "415" => (None, "send application/scim+json or application/json, in UTF-8"),
        "500" => (None, "the server failed: its log says why"),
        "501" => (None, "/Me is not supported for this token"),
        "503" => (None, "the server is busy: try again shortly"),
        _ => return None,
    };
    let mut error = json!({ "schemas": [urn::ERROR], "status": status });
    if let Some(scim_type) = scim_type {
        error["scimType"] = scim_type.into();
    }
    error["detail"] = detail.into();
    Some(error)
}
