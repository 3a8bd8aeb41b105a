//! The preview tests: several operations in one request, and deleting what is not there.

use serde_json::json;

use super::sample::{group, patch, whole_user};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn operations_on_different_attributes_all_happen(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let operations = json!([
            { "op": "remove", "path": "emails[type eq \"work\"].value" },
            { "op": "add", "path": "name.middleName", "value": "Newmiddle" },
            { "op": "replace", "path": "displayName", "value": "NEWDISPLAY" },
        ]);
        patch(world, &format!("/Users/{id}"), operations).await;
        let user = world.get(&format!("/Users/{id}")).await;
        assert!(user.body.get("emails").is_none(), "an email without an address says nothing: {}", user.text);
        assert_eq!(user.body["name"]["middleName"], "Newmiddle");
        assert_eq!(user.body["displayName"], "NEWDISPLAY");
    }

    async fn operations_on_one_attribute_happen_in_their_order(world: World) {
        let id = world.created("/Users", whole_user("a@b.example")).await;
        let path = "emails[type eq \"work\"].value";
        let operations = json!([
            { "op": "remove", "path": path },
            { "op": "add", "path": path, "value": "added@b.example" },
            { "op": "replace", "path": path, "value": "replaced@b.example" },
        ]);
        patch(world, &format!("/Users/{id}"), operations).await;
        let user = world.get(&format!("/Users/{id}")).await;
        assert_eq!(user.body["emails"].as_array().unwrap().len(), 1);
        assert_eq!(user.body["emails"][0]["value"], "replaced@b.example");
        assert_eq!(user.body["emails"][0]["type"], "work");
    }

    async fn a_member_added_and_removed_in_one_request_is_not_there(world: World) {
        let (ava, sam) = (world.user("ava@b.example").await, world.user("sam@b.example").await);
        let id = world.group("MWBYCHCUXKDE", &[&sam]).await;
        let operations = json!([
            { "op": "add", "path": "members", "value": [{ "value": ava }] },
            { "op": "remove", "path": format!("members[value eq \"{ava}\"]") },
        ]);
        patch(world, &format!("/Groups/{id}"), operations).await;
        assert_eq!(world.members(&id).await, [sam]);
    }

    async fn deleting_what_never_was_is_not_found(world: World) {
        for path in ["/Users/7d6b7a56-2f0b-4f7a-8c53-6a3b4a0f7c11", "/Users/4711", "/Groups/group-4711", "/Groups/x"] {
            let answer = world.delete(path).await;
            assert_eq!(answer.status, 404, "{path}");
        }
    }

    async fn deleting_twice_is_not_found(world: World) {
        let user = format!("/Users/{}", world.created("/Users", whole_user("a@b.example")).await);
        let group = format!("/Groups/{}", world.created("/Groups", group("MWBYCHCUXKDE")).await);
        for path in [user, group] {
            assert_eq!(world.delete(&path).await.status, 204);
            assert_eq!(world.delete(&path).await.status, 404);
        }
    }
}
