//! Removing members.

use serde_json::json;

use super::{patched, three_users, version};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn remove_with_a_list_removes_those_alone(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam, &mia]).await;
        let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "value": ava }, { "value": mia }] }]);
        assert_eq!(patched(world, &group, remove).await.0, [sam]);
    }

    async fn remove_with_a_filter_removes_the_member(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam, &mia]).await;
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{sam}\"]") }]);
        assert_eq!(patched(world, &group, remove).await.0, [ava.as_str(), mia.as_str()]);
        let remove = json!([{ "op": "Remove", "path": format!("Members[Value Eq \"{ava}\"]") }]);
        assert_eq!(patched(world, &group, remove).await.0, [mia]);
    }

    async fn a_filter_wins_over_a_list(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam, &mia]).await;
        let path = format!("members[value eq \"{sam}\"]");
        let remove = json!([{ "op": "remove", "path": path, "value": [{ "value": ava }] }]);
        assert_eq!(patched(world, &group, remove).await.0, [ava, mia]);
    }

    async fn a_filter_may_be_any(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let child = world.group("Child", &[]).await;
        let group = world.group("Engineering", &[&ava, &sam, &mia, &child]).await;
        let path = format!("members[value eq \"{ava}\" or value eq \"{sam}\"]");
        assert_eq!(
            patched(world, &group, json!([{ "op": "remove", "path": path }])).await.0, [mia.as_str(), child.as_str()],
        );
        let path = "members[type eq \"user\"]";
        assert_eq!(patched(world, &group, json!([{ "op": "remove", "path": path }])).await.0, [child]);
    }

    async fn remove_without_a_value_removes_all(world: World) {
        // The Keycloak plugin empties a group with `value: null`.
        let [ava, sam, mia] = three_users(world).await;
        for operation in [
            json!({ "op": "remove", "path": "members" }), json!({ "op": "remove", "path": "members", "value": null }),
        ] {
            let group = world.group("Engineering", &[&ava, &sam, &mia]).await;
            assert!(patched(world, &group, json!([operation])).await.0.is_empty(), "{operation}");
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
    }

    async fn remove_with_an_empty_list_removes_nobody(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let before = version(world, &group).await;
        let remove = json!([{ "op": "remove", "path": "members", "value": [] }]);
        assert_eq!(patched(world, &group, remove).await, (vec![ava, sam], before));
    }

    async fn removing_who_is_no_member_succeeds_and_changes_nothing(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = version(world, &group).await;
        for operation in [
            json!({ "op": "remove", "path": "members", "value": [{ "value": sam }] }),
            json!({ "op": "remove", "path": "members", "value": [{ "value": "999999" }, { "value": "nobody" }] }),
            json!({ "op": "remove", "path": "members[value eq \"999999\"]" }),
            json!({ "op": "remove", "path": "members[value eq \"nobody\"]" }),
            json!({ "op": "remove", "path": "members[value eq \"group-999999\"]" }),
        ] {
            assert_eq!(
                patched(world, &group, json!([operation])).await, (vec![ava.clone()], before.clone()), "{operation}",
            );
        }
    }

    async fn a_removed_member_loses_the_group(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let tag = world.get(&format!("/Users/{ava}")).await.header("etag").unwrap().to_owned();
        patched(world, &group, json!([{ "op": "remove", "path": format!("members[value eq \"{ava}\"]") }])).await;
        let user = world.get(&format!("/Users/{ava}")).await;
        assert_eq!(user.body["groups"], json!([]));
        assert_ne!(user.header("etag"), Some(tag.as_str()));
        assert_eq!(world.get(&format!("/Users/{sam}")).await.body["groups"][0]["value"], group);
    }
}
