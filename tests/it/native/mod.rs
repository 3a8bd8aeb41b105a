//! Users and groups that the host server makes itself, beside those that identity providers provision.

mod access;
mod filters;
mod members;
mod people;

use fleet_scim::{GroupId, Native, UserId, poem::http::Method};
use serde_json::{Value, json};

use crate::{
    connections::{call, connect},
    world::{Answer, World},
};

/// The base URL of native users and groups, below the mount.
const BASE: &str = "/connections/native/v2";

async fn native(world: &World) -> Native {
    world.scim.native().await.unwrap()
}

/// Creates a connection `okta` with one user; returns its token and the user.
async fn okta(world: &World, user_name: &str) -> (String, UserId) {
    let token = connect(world, "okta").await;
    let user = provisioned(world, &token, user_name).await;
    (token, user)
}

async fn provisioned(world: &World, token: &str, user_name: &str) -> UserId {
    let created = call(world, token, Method::POST, "/Users", Some(json!({ "userName": user_name }))).await;
    assert_eq!(created.status, 201, "{}", created.text);
    UserId::parse(created.body["id"].as_str().unwrap()).unwrap()
}

/// Creates a native group with these members.
pub async fn group(world: &World, name: &str, members: &[UserId]) -> GroupId {
    let native = native(world).await;
    let group = native.create_group(&json!({ "displayName": name })).await.unwrap();
    assert!(native.add_members(group, members).await.unwrap());
    group
}

/// Gets a native group as an administrator does.
async fn get(world: &World, group: GroupId) -> Answer {
    world.get(&format!("{BASE}/Groups/{group}")).await
}

/// Lists the ids of the members that an administrator sees.
async fn members(world: &World, group: GroupId) -> Vec<String> {
    let members = get(world, group).await.body["members"].clone();
    members.as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

fn member(id: UserId) -> Value {
    json!({ "value": id.to_string() })
}
