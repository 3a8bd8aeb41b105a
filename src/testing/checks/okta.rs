//! Okta: apps of its catalogue change groups and `active` by PATCH, custom apps by PUT (seen 2026-10).

use poem::http::Method;
use serde_json::{Value, json};

use super::{
    super::{report::Failed, scratch::Scratch},
    encoded, patch_op,
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn user(name: &str, active: bool) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "userName": name, "externalId": "00uselftest4ava5g6h7", "active": active, "locale": "en-US",
        "name": { "givenName": "Ava", "familyName": "Nguyen" }, "displayName": "Ava Nguyen", "groups": [],
        "emails": [{ "primary": true, "value": name, "type": "work" }],
        "password": "1mz050nq",
        ENTERPRISE: { "department": "Engineering" },
    })
}

/// What both kinds of app do: the connection is tested, and a user looked up, created and read.
async fn begin(scratch: &Scratch<'_>) -> Result<(String, String), Failed> {
    scratch.get("/Users?startIndex=1&count=2").await?;
    let name = scratch.address("ava.okta");
    let lookup = format!("/Users?filter={}&startIndex=1&count=100", encoded(&format!("userName eq \"{name}\"")));
    scratch.same(&scratch.get(&lookup).await?, "/totalResults", &json!(0))?;
    let path = scratch.create("/Users", user(&name, true)).await?;
    scratch.expect(&[409], Method::POST, "/Users", Some(user(&name, true))).await?;
    scratch.same(&scratch.get(&lookup).await?, "/totalResults", &json!(1))?;
    Ok((name, path))
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

pub async fn by_patch(scratch: &Scratch<'_>) -> Result<(), Failed> {
    let (name, path) = begin(scratch).await?;
    let changed = scratch.put(&path, user(&name.to_uppercase(), true)).await?;
    scratch.same(&changed, "/name/givenName", &json!("Ava"))?;
    for active in [false, true] {
        scratch.patch(&path, patch_op(json!([{ "op": "replace", "value": { "active": active } }]))).await?;
        scratch.same(&scratch.get(&path).await?, "/active", &json!(active))?;
    }
    let title = format!("Okta {}", scratch.tag);
    let group = scratch.create("/Groups", json!({ "displayName": title, "members": [] })).await?;
    let rename = json!([{ "op": "replace", "value": { "id": id(&group), "displayName": title } }]);
    scratch.patch(&group, patch_op(rename)).await?;
    let member = json!({ "value": id(&path), "display": name });
    scratch.patch(&group, patch_op(json!([{ "op": "add", "path": "members", "value": [member] }]))).await?;
    scratch.same(&scratch.get(&group).await?, "/members/0/value", &json!(id(&path)))?;
    scratch.same(&scratch.get(&path).await?, "/groups/0/value", &json!(id(&group)))?;
    let removed = format!("members[value eq \"{}\"]", id(&path));
    scratch.patch(&group, patch_op(json!([{ "op": "remove", "path": removed }]))).await?;
    scratch.same(&scratch.get(&group).await?, "/members", &json!([]))?;
    scratch.patch(&group, patch_op(json!([{ "op": "replace", "path": "members", "value": [member] }]))).await?;
    scratch.delete(&group).await?;
    scratch.same(&scratch.get(&path).await?, "/groups", &json!([]))
}

pub async fn by_put(scratch: &Scratch<'_>) -> Result<(), Failed> {
    let (name, path) = begin(scratch).await?;
    let left = scratch.put(&path, user(&name, false)).await?;
    scratch.same(&left, "/active", &json!(false))?;
    // Who comes back is created again, and is the same user.
    let back = scratch.expect(&[201], Method::POST, "/Users", Some(user(&name, true))).await?;
    scratch.same(&back, "/id", &json!(id(&path)))?;
    let title = format!("Okta {}", scratch.tag);
    let whole = |members: Value| json!({ "displayName": title, "members": members });
    let group = scratch.create("/Groups", whole(json!([]))).await?;
    let put = scratch.put(&group, whole(json!([{ "value": id(&path), "display": name }]))).await?;
    scratch.same(&put, "/members/0/value", &json!(id(&path)))?;
    let emptied = scratch.put(&group, whole(json!([]))).await?;
    scratch.same(&emptied, "/members", &json!([]))?;
    scratch.delete(&group).await?;
    scratch.put(&path, user(&name, false)).await.map(drop)
}
