//! The version rises if something changed, and only then.

use serde_json::json;

use super::{ava, patched};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_change_raises_the_version_once(world: World) {
        let id = ava(world).await;
        assert_eq!(world.get(&format!("/Users/{id}")).await.header("etag"), Some("W/\"1-0\""));
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "title", "value": "X" },
            { "op": "replace", "path": "nickName", "value": "Y" },
        ])).await;
        assert_eq!(user["meta"]["version"], "W/\"2-0\"");
    }

    async fn what_changes_nothing_does_not_raise_the_version(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for operations in [
            json!([]),
            json!([{ "op": "replace", "path": "title", "value": "Engineer" }]),
            json!([{ "op": "replace", "path": "active", "value": "True" }]),
            json!([{ "op": "replace", "value": { "emails": before["emails"], "name": before["name"] } }]),
            json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ava@work.y" }]),
            json!([{ "op": "remove", "path": "nickName" }]),
            json!([{ "op": "add", "path": "companyName", "value": "Acme" }]),
            json!([{ "op": "add", "path": "nickName", "value": "Y" }, { "op": "remove", "path": "nickName" }]),
        ] {
            assert_eq!(patched(world, &id, operations.clone()).await, before, "{operations}");
        }
    }

    async fn a_change_of_spelling_is_a_change(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "replace", "path": "title", "value": "ENGINEER" }])).await;
        assert_eq!((&user["title"], &user["meta"]["version"]), (&json!("ENGINEER"), &json!("W/\"2-0\"")));
    }

    async fn the_creation_time_stays_when_the_user_changes(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body["meta"].clone();
        let after = patched(
            world, &id, json!([{ "op": "replace", "path": "title", "value": "X" }]),
        ).await["meta"].clone();
        assert_eq!(after["created"], before["created"]);
        assert!(after["lastModified"].as_str() >= before["lastModified"].as_str());
    }
}
