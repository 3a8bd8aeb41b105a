//! Groups and their members.

mod add;

mod answers;
mod create;
mod created_meanwhile;
mod delete;
mod effective;
mod identifiers;
mod nested;
mod remove;
mod rename;
mod reported;
mod settings;
mod unknown;

use serde_json::Value;

use crate::world::World;

/// Sends a PATCH of a group that must succeed, and returns the members and the version as the next GET answers them.
async fn patched(world: &World, group: &str, operations: Value) -> (Vec<String>, String) {
    let answer = world.patch(&format!("/Groups/{group}"), operations.clone()).await;
    assert_eq!(answer.status, 200, "{operations}: {}", answer.text);
    let got = world.get(&format!("/Groups/{group}")).await;
    assert_eq!(got.body, answer.body, "{operations}");
    (world.members(group).await, version(world, group).await)
}

async fn version(world: &World, group: &str) -> String {
    world.get(&format!("/Groups/{group}")).await.header("etag").unwrap().to_owned()
}

async fn three_users(world: &World) -> [String; 3] {
    [world.user("ava@x.y").await, world.user("sam@x.y").await, world.user("mia@x.y").await]
}
