//! Changes to a group other than to its members.

use serde_json::json;

use super::{patched, three_users, version};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn the_urn_of_the_schema_as_a_path_is_the_group_itself(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let value = json!({ "displayName": "Sales", "members": [{ "value": sam }] });
        let operation = json!([{ "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group", "value": value }]);
        assert_eq!(patched(world, &group, operation).await.0, [ava.as_str(), sam.as_str()]);
        let shown = world.get(&format!("/Groups/{group}")).await;
        assert_eq!(shown.body["displayName"], "Sales");
        assert_eq!(shown.text.matches("\"members\"").count(), 1);
    }

    async fn a_rename_keeps_the_members(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        for (at, operation) in [
            json!({ "op": "replace", "path": "displayName", "value": "Name 0" }),
            json!({ "op": "Replace", "value": { "id": group, "displayName": "Name 1" } }),
            json!({ "op": "add", "value": { "displayName": "Name 2", "schemas": [] } }),
        ].into_iter().enumerate() {
            assert_eq!(patched(world, &group, json!([operation])).await.0, [ava.as_str(), sam.as_str()], "{operation}");
            assert_eq!(world.get(&format!("/Groups/{group}")).await.body["displayName"], format!("Name {at}"));
        }
    }

    async fn a_rename_shows_in_the_users_of_the_group(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = world.get(&format!("/Users/{ava}")).await.header("etag").unwrap().to_owned();
        patched(world, &group, json!([{ "op": "replace", "path": "displayName", "value": "Research" }])).await;
        let after = world.get(&format!("/Users/{ava}")).await;
        assert_eq!(after.body["groups"][0]["display"], "Research");
        assert_ne!(after.header("etag"), Some(before.as_str()));
        assert_eq!(world.ids("/Users", r#"groups.display eq "research""#).await, [ava]);
    }

    async fn a_rename_and_a_membership_go_together(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let (members, version) = patched(world, &group, json!([
            { "op": "replace", "value": { "id": group, "displayName": "Research" } },
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
        ])).await;
        assert_eq!((members, version.as_str()), (vec![ava, sam], "W/\"2\""));
        assert_eq!(world.ids("/Groups", r#"displayName eq "research""#).await, [group]);
    }

    async fn a_name_that_another_group_has_is_refused_and_nothing_changes(world: World) {
        let [ava, sam, _] = three_users(world).await;
        world.group("Sales", &[]).await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = world.get(&format!("/Groups/{group}")).await.body;
        for operations in [
            json!([{ "op": "replace", "path": "displayName", "value": "SALES" }]),
            json!([
                { "op": "add", "path": "members", "value": [{ "value": sam }] },
                { "op": "replace", "path": "displayName", "value": "sales" },
            ]),
        ] {
            let answer = world.patch(&format!("/Groups/{group}"), operations).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")));
            assert_eq!(world.get(&format!("/Groups/{group}")).await.body, before);
        }
    }

    async fn a_group_always_has_a_name(world: World) {
        let group = world.group("Engineering", &[]).await;
        let before = version(world, &group).await;
        for operation in [
            json!({ "op": "remove", "path": "displayName" }),
            json!({ "op": "replace", "path": "displayName", "value": null }),
            json!({ "op": "replace", "path": "displayName", "value": "" }),
            json!({ "op": "replace", "value": { "displayName": "  " } }),
        ] {
            let answer = world.patch(&format!("/Groups/{group}"), json!([operation])).await;
            assert_eq!(answer.status, 400, "{operation}");
            assert!(answer.detail().contains("displayName"), "{}", answer.detail());
        }
        assert_eq!(version(world, &group).await, before);
    }

    async fn the_external_id_and_an_extension_are_kept_and_cleared(world: World) {
        let okta = "urn:okta:custom:group:1.0";
        let group = world.group("Engineering", &[]).await;
        patched(world, &group, json!([
            { "op": "add", "path": "externalId", "value": "00g1" },
            { "op": "add", "value": { okta: { "description": "Builds" } } },
        ])).await;
        let body = world.get(&format!("/Groups/{group}")).await.body;
        assert_eq!((&body["externalId"], &body[okta]), (&json!("00g1"), &json!({ "description": "Builds" })));
        assert_eq!(world.ids("/Groups", r#"externalId eq "00g1""#).await, [group.as_str()]);
        patched(world, &group, json!([{ "op": "replace", "value": { "externalId": null, okta: null } }])).await;
        let body = world.get(&format!("/Groups/{group}")).await.body;
        assert!(body.get("externalId").is_none() && body.get(okta).is_none(), "{body}");
    }

    async fn read_only_paths_of_a_group_are_refused(world: World) {
        let group = world.group("Engineering", &[]).await;
        for path in ["id", "meta", "meta.version"] {
            let answer = world.patch(
                &format!("/Groups/{group}"), json!([{ "op": "replace", "path": path, "value": "x" }]),
            ).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("mutability")), "{path}");
        }
    }

    async fn one_bad_operation_leaves_the_members_as_they_were(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = world.get(&format!("/Groups/{group}")).await.body;
        for bad in [
            json!({ "op": "remove" }),
            json!({ "op": "replace", "path": "id", "value": "x" }),
            json!({ "op": "add", "path": "members[", "value": [] }),
        ] {
            let add = json!({ "op": "add", "path": "members", "value": [{ "value": sam }] });
            let answer = world.patch(
                &format!("/Groups/{group}"),
                json!([add, { "op": "remove", "path": "members", "value": [{ "value": ava }] }, bad]),
            ).await;
            assert_eq!(answer.status, 400, "{bad}");
            assert_eq!(world.get(&format!("/Groups/{group}")).await.body, before, "{bad}");
        }
    }

    async fn no_operations_are_no_change(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = version(world, &group).await;
        assert_eq!(patched(world, &group, json!([])).await, (vec![ava], before.clone()));
        let same = json!([{ "op": "replace", "value": { "id": group, "displayName": "Engineering" } }]);
        assert_eq!(patched(world, &group, same).await.1, before);
    }
}
