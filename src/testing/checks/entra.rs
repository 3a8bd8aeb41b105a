//! Entra ID: without the flag `aadOptscim062020` operations begin with a capital letter and booleans are texts; with it they are
//! as the standard says (seen 2026-10).

use serde_json::{Value, json};

use super::{
    super::{report::Failed, scratch::Scratch},
    patch_op,
};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// How a job spells its operations.
#[derive(Clone, Copy)]
struct Spelling {
    add: &'static str,
    replace: &'static str,
    remove: &'static str,
    has_flag: bool,
}

pub async fn as_usual(scratch: &Scratch<'_>) -> Result<(), Failed> {
    life_cycle(scratch, Spelling { add: "Add", replace: "Replace", remove: "Remove", has_flag: false }).await
}

pub async fn with_flag(scratch: &Scratch<'_>) -> Result<(), Failed> {
    life_cycle(scratch, Spelling { add: "add", replace: "replace", remove: "remove", has_flag: true }).await
}

async fn life_cycle(scratch: &Scratch<'_>, spelling: Spelling) -> Result<(), Failed> {
    let name = scratch.address("sam.entra");
    // "Test connection" looks up a random name; a blank is a + there.
    let lookup = |name: &str| format!("/Users?filter=userName+eq+%22{}%22", name.replace('@', "%40"));
    scratch.same(&scratch.get(&lookup("3d3f2a0e-8a2c-4f1e-9d55-0b6c1d0f9a11")).await?, "/totalResults", &json!(0))?;
    scratch.get("/Schemas").await?;
    let path = scratch.create("/Users", user(&name)).await?;
    scratch.same(&scratch.get(&lookup(&name)).await?, "/totalResults", &json!(1))?;
    let changes = match spelling.has_flag {
        false => json!([
            { "op": spelling.replace, "path": "emails[type eq \"work\"].value", "value": scratch.address("sam.new") },
            { "op": spelling.add, "path": format!("{ENTERPRISE}:department"), "value": "Sales" },
        ]),
        true => json!([{ "op": spelling.replace, "value": {
            "emails[type eq \"work\"].value": scratch.address("sam.new"), format!("{ENTERPRISE}:department"): "Sales",
        } }]),
    };
    scratch.patch(&path, patch_op(changes)).await?;
    let changed = scratch.get(&path).await?;
    scratch.same(&changed, "/emails/0/value", &json!(scratch.address("sam.new")))?;
    scratch.same(&changed, &format!("/{ENTERPRISE}/department"), &json!("Sales"))?;
    for active in [false, true] {
        let value = match (spelling.has_flag, active) {
            (true, active) => json!(active),
            (false, true) => json!("True"),
            (false, false) => json!("False"),
        };
        let operation = json!([{ "op": spelling.replace, "path": "active", "value": value }]);
        scratch.patch(&path, patch_op(operation)).await?;
        scratch.same(&scratch.get(&path).await?, "/active", &json!(active))?;
    }
    group(scratch, spelling, &path).await?;
    scratch.delete(&path).await.map(drop)
}

fn user(name: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "userName": name, "active": true,
        "emails": [{ "primary": true, "type": "work", "value": name }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Sam Okafor", "familyName": "Okafor", "givenName": "Sam" },
        "roles": [],
    })
}

async fn group(scratch: &Scratch<'_>, spelling: Spelling, user: &str) -> Result<(), Failed> {
    let user = user.rsplit('/').next().unwrap_or_default();
    let title = format!("Entra {}", scratch.tag);
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159", "displayName": title, "meta": { "resourceType": "Group" },
    });
    let group = scratch.create("/Groups", body).await?;
    let members =
        |op: &str| patch_op(json!([{ "op": op, "path": "members", "value": [{ "$ref": null, "value": user }] }]));
    scratch.patch(&group, members(spelling.add)).await?;
    scratch.same(&scratch.get(&group).await?, "/members/0/value", &json!(user))?;
    scratch.patch(&group, members(spelling.remove)).await?;
    scratch.same(&scratch.get(&group).await?, "/members", &json!([]))?;
    let without = scratch.get(&format!("{group}?excludedAttributes=members")).await?;
    scratch.same(&without, "/displayName", &json!(title))?;
    scratch.delete(&group).await.map(drop)
}
