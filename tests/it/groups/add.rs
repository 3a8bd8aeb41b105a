//! Adding members.

use serde_json::{Value, json};

use super::{patched, three_users, version};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn add_members_never_removes_others(world: World) {
        let (ava, sam, mia) = (world.user("ava@x.y").await, world.user("sam@x.y").await, world.user("mia@x.y").await);
        let group = world.group("Engineering", &[&ava]).await;
        let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), add(&sam)).await.status, 200);
        assert_eq!(world.patch(&format!("/Groups/{group}"), add(&mia)).await.status, 200);
        assert_eq!(world.members(&group).await, [ava, sam, mia]);
    }

    async fn members_are_added_in_every_spelling(world: World) {
        let [ava, ..] = three_users(world).await;
        for operation in [
            json!({ "op": "Add", "path": "members", "value": [{ "value": ava }] }),
            json!({ "op": "add", "path": "MEMBERS", "value": { "Value": ava } }),
            json!({ "op": "add", "path": "members", "value": [ava] }),
            json!({ "op": "add", "path": "members", "value": ava }),
            json!({ "op": "add", "path": "members", "value": [{ "value": ava.parse::<i64>().unwrap() }] }),
            json!({
                "op": "add",
                "path": "members",
                "value": [{ "$ref": null, "display": "Ava", "value": ava, "type": "User" }],
            }),
            json!({
                "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": [{ "value": ava }],
            }),
            json!({ "op": "add", "value": { "members": [{ "value": ava }] } }),
            json!({ "op": "add", "value": { "Members": [{ "value": ava }], "companyName": "Acme" } }),
        ] {
            let group = world.group("Engineering", &[]).await;
            let (members, _) = patched(world, &group, json!([operation])).await;
            assert_eq!(members, [ava.as_str()], "{operation}");
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
    }

    async fn a_member_that_is_there_is_no_error_and_no_change(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let before = version(world, &group).await;
        let twice = json!([{ "op": "add", "path": "members", "value": [{ "value": ava }, { "value": ava }] }]);
        assert_eq!(patched(world, &group, twice).await, (vec![ava, sam], before));
    }

    async fn a_member_named_twice_is_one_member(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &ava]).await;
        assert_eq!(world.members(&group).await, [ava.as_str()]);
        let twice = json!([
            { "op": "add", "path": "members", "value": [{ "value": sam }, { "value": sam }] },
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
        ]);
        assert_eq!(patched(world, &group, twice).await.0, [ava, sam]);
    }

    async fn one_operation_for_each_member_works(world: World) {
        let mut users = Vec::new();
        for number in 0..20 {
            users.push(world.user(&format!("u{number}@x.y")).await);
        }
        let group = world.group("Engineering", &[]).await;
        let add = |id: &String| json!({ "op": "add", "path": "members", "value": [{ "value": id }] });
        let operations: Vec<Value> = users.iter().map(add).collect();
        assert_eq!(patched(world, &group, json!(operations)).await, (users, "W/\"2\"".to_owned()));
    }

    async fn replace_sets_the_members(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let replace = json!([{ "op": "Replace", "path": "members", "value": [{ "value": sam }, { "value": mia }] }]);
        assert_eq!(patched(world, &group, replace).await.0, [sam.as_str(), mia.as_str()]);
        let pathless = json!([{ "op": "replace", "value": { "members": [{ "value": ava }] } }]);
        assert_eq!(patched(world, &group, pathless).await.0, [ava.as_str()]);
    }

    async fn replace_with_the_same_members_is_no_change(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let before = version(world, &group).await;
        let same = json!([{ "op": "replace", "path": "members", "value": [{ "value": sam }, { "value": ava }] }]);
        assert_eq!(patched(world, &group, same).await, (vec![ava, sam], before));
    }

    async fn replace_with_nobody_empties_the_group(world: World) {
        let [ava, sam, _] = three_users(world).await;
        for operation in [
            json!({ "op": "replace", "path": "members", "value": [] }),
            json!({ "op": "replace", "path": "members", "value": null }),
            json!({ "op": "replace", "value": { "members": [] } }),
        ] {
            let group = world.group("Engineering", &[&ava, &sam]).await;
            assert!(patched(world, &group, json!([operation])).await.0.is_empty(), "{operation}");
            assert!(patched(world, &group, json!([operation])).await.0.is_empty(), "{operation}");
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
    }

    async fn operations_on_members_are_applied_in_their_order(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let (members, _) = patched(world, &group, json!([
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
            { "op": "remove", "path": format!("members[value eq \"{sam}\"]") },
            { "op": "remove", "path": format!("members[value eq \"{ava}\"]") },
            { "op": "add", "path": "members", "value": [{ "value": ava }] },
            { "op": "add", "path": "members", "value": [{ "value": mia }] },
        ])).await;
        assert_eq!(members, [ava.as_str(), mia.as_str()]);
        let (members, _) = patched(world, &group, json!([
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
            { "op": "remove", "path": "members" },
            { "op": "add", "path": "members", "value": [{ "value": mia }] },
        ])).await;
        assert_eq!(members, [mia]);
    }

    async fn what_a_member_is_cannot_be_changed(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        for path in [
            format!("members[value eq \"{ava}\"].value"),
            "members.value".to_owned(),
            format!("members[value eq \"{ava}\"]"),
        ] {
            let operations = json!([{ "op": "replace", "path": path, "value": sam }]);
            let answer = world.patch(&format!("/Groups/{group}"), operations).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("mutability")), "{path}");
        }
        assert_eq!(world.members(&group).await, [ava]);
    }
}
