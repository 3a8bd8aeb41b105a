//! authentik: it asks what is supported, adopts who is there already, and adds members one operation each (source of 2026.8).

use poem::http::Method;
use serde_json::json;

use super::{
    super::{report::Failed, scratch::Scratch},
    patch_op,
};

pub async fn life_cycle(scratch: &Scratch<'_>) -> Result<(), Failed> {
    scratch.same(&scratch.get("/ServiceProviderConfig").await?, "/patch/supported", &json!(true))?;
    scratch.get("/Groups").await?;
    let name = scratch.address("mia.authentik");
    let user = |title: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "active": true, "externalId": scratch.tag,
            "userName": name, "displayName": title, "name": { "formatted": title, "givenName": "Mia", "familyName": "" },
            "emails": [{ "primary": true, "type": "other", "value": name }],
        })
    };
    let path = scratch.create("/Users", user("Mia")).await?;
    let id = path.rsplit('/').next().unwrap_or_default();
    scratch.expect(&[409], Method::POST, "/Users", Some(user("Mia"))).await?;
    let adopted = scratch.get(&format!("/Users?filter=userName+eq+%22{}%22", name.replace('@', "%40"))).await?;
    scratch.same(&adopted, "/Resources/0/id", &json!(id))?;
    scratch.same(&scratch.put(&path, user("Mia Larsen")).await?, "/displayName", &json!("Mia Larsen"))?;
    let title = format!("authentik {}", scratch.tag);
    let group = scratch.create("/Groups", json!({ "externalId": scratch.tag, "displayName": title })).await?;
    scratch.same(&scratch.get(&group).await?, "/members", &json!([]))?;
    let member = |op: &str| patch_op(json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]));
    scratch.patch(&group, member("add")).await?;
    scratch.same(&scratch.get(&group).await?, "/members/0/value", &json!(id))?;
    scratch.patch(&group, member("remove")).await?;
    scratch.same(&scratch.get(&group).await?, "/members", &json!([]))?;
    scratch.delete(&path).await?;
    scratch.delete(&group).await?;
    scratch.expect(&[404], Method::GET, &path, None).await.map(drop)
}
