//! Groups as members of groups.

use serde_json::json;

use super::{patched, version};
use crate::{
    on_each_database,
    world::{MOUNT, World},
};

on_each_database! {
    async fn a_group_can_be_a_member(world: World) {
        let ava = world.user("ava@x.y").await;
        let child = world.group("Child", &[&ava]).await;
        let parent = world.group("Parent", &[]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": child }] }]);
        assert_eq!(patched(world, &parent, add).await.0, [child.as_str()]);
        assert_eq!(world.get(&format!("/Groups/{parent}")).await.body["members"], json!([{
            "value": child, "$ref": format!("http://fleet.example.com{MOUNT}/Groups/{child}"), "type": "Group",
        }]));
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{child}\"]") }]);
        assert!(patched(world, &parent, remove).await.0.is_empty());
    }

    async fn a_user_is_no_direct_member_of_the_group_above(world: World) {
        let ava = world.user("ava@x.y").await;
        let child = world.group("Child", &[&ava]).await;
        world.group("Parent", &[&child]).await;
        let groups = world.get(&format!("/Users/{ava}")).await.body["groups"].clone();
        assert_eq!(groups.as_array().unwrap().len(), 2);
        assert_eq!((&groups[0]["value"], &groups[0]["type"]), (&json!(child), &json!("direct")));
        assert_eq!(groups[1]["type"], "indirect");
    }

    async fn a_deleted_group_leaves_the_group_above_and_raises_its_version(world: World) {
        let ava = world.user("ava@x.y").await;
        let child = world.group("Child", &[]).await;
        let parent = world.group("Parent", &[&ava, &child]).await;
        let above = world.group("Above", &[&parent]).await;
        assert_eq!(world.delete(&format!("/Groups/{child}")).await.status, 204);
        assert_eq!((world.members(&parent).await, version(world, &parent).await), (vec![ava], "W/\"2\"".to_owned()));
        assert_eq!(version(world, &above).await, "W/\"1\"");
        assert_eq!(world.delete(&format!("/Groups/{parent}")).await.status, 204);
        assert!(world.members(&above).await.is_empty());
    }

    async fn groups_may_be_members_of_each_other(world: World) {
        let one = world.group("One", &[]).await;
        let two = world.group("Two", &[&one]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": two }] }]);
        assert_eq!(patched(world, &one, add).await.0, [two.as_str()]);
        assert_eq!(world.delete(&format!("/Groups/{one}")).await.status, 204);
        assert!(world.members(&two).await.is_empty());
    }

    async fn a_group_is_never_its_own_member(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": group }, { "value": ava }] }]);
        assert_eq!(patched(world, &group, add).await.0, [ava]);
    }

    async fn replace_keeps_users_and_groups_apart(world: World) {
        let ava = world.user("ava@x.y").await;
        let child = world.group("Child", &[]).await;
        let parent = world.group("Parent", &[&ava, &child]).await;
        let replace = json!([{ "op": "replace", "path": "members", "value": [{ "value": child }] }]);
        assert_eq!(patched(world, &parent, replace).await.0, [child.as_str()]);
        let replace = json!([{ "op": "replace", "path": "members", "value": [{ "value": ava }] }]);
        assert_eq!(patched(world, &parent, replace).await.0, [ava]);
    }
}
