//! Members that are not a user or a group here. They are skipped and named, and the others are added.

use serde_json::json;

use super::{patched, three_users, version};
use crate::{
    on_each_database,
    world::{GROUP, World},
};

on_each_database! {
    async fn unknown_members_do_not_keep_the_known_ones_out(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[]).await;
        let one = json!([{ "op": "add", "path": "members", "value": [{ "value": "999999" }, { "value": ava }] }]);
        assert_eq!(patched(world, &group, one).await.0, [ava.as_str()]);
        let two = json!([
            { "op": "add", "path": "members", "value": [{ "value": "999998" }] },
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
        ]);
        assert_eq!(patched(world, &group, two).await.0, [ava, sam]);
    }

    async fn a_request_that_adds_only_unknown_members_is_refused_and_changes_nothing(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let before = world.get(&format!("/Groups/{group}")).await.body;
        for operations in [
            json!([{ "op": "add", "path": "members", "value": [{ "value": "999999" }, { "value": "group-999999" }] }]),
            json!([{ "op": "replace", "path": "members", "value": [{ "value": "999999" }] }]),
            json!([{ "op": "replace", "value": { "displayName": "Renamed", "members": [{ "value": "999999" }] } }]),
            json!([
                { "op": "remove", "path": "members", "value": [{ "value": ava }] },
                { "op": "add", "path": "members", "value": [{ "value": "999999" }] },
            ]),
            json!([
                { "op": "replace", "path": "displayName", "value": "Renamed" },
                { "op": "add", "path": "members", "value": [{ "value": "999999" }] },
            ]),
        ] {
            let answer = world.patch(&format!("/Groups/{group}"), operations.clone()).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{operations}");
            assert!(answer.detail().contains("999999"), "{}", answer.detail());
            assert_eq!(world.get(&format!("/Groups/{group}")).await.body, before, "{operations}");
        }
    }

    async fn a_put_skips_unknown_members_and_refuses_when_all_are(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let body = |ids: &[&str]| {
            let members: Vec<_> = ids.iter().map(|id| json!({ "value": id })).collect();
            json!({ "schemas": [GROUP], "displayName": "Engineering", "members": members })
        };
        let some = world.put(&format!("/Groups/{group}"), body(&[&sam, "999999"])).await;
        assert_eq!(some.status, 200, "{}", some.text);
        assert_eq!(world.members(&group).await, [sam.as_str()]);
        let before = version(world, &group).await;
        let none = world.put(&format!("/Groups/{group}"), body(&["999999", "999998"])).await;
        assert_eq!((none.status, &none.body["scimType"]), (400, &json!("invalidValue")));
        assert_eq!((world.members(&group).await, version(world, &group).await), (vec![sam], before));
    }

    async fn a_group_whose_members_are_all_unknown_is_created_empty(world: World) {
        let body = json!({ "schemas": [GROUP], "displayName": "Engineering", "members": [{ "value": "999999" }] });
        let answer = world.post("/Groups", body).await;
        assert_eq!((answer.status, &answer.body["members"]), (201, &json!([])), "{}", answer.text);
    }

    async fn removing_unknown_members_never_refuses(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let operations = json!([
            { "op": "remove", "path": "members", "value": [{ "value": "999999" }] },
            { "op": "add", "path": "members", "value": [{ "value": sam }] },
        ]);
        assert_eq!(patched(world, &group, operations).await.0, [ava, sam]);
    }

    async fn a_deleted_user_is_an_unknown_member(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[]).await;
        assert_eq!(world.delete(&format!("/Users/{ava}")).await.status, 204);
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ava }, { "value": sam }] }]);
        assert_eq!(patched(world, &group, add).await.0, [sam]);
    }

    async fn only_the_canonical_spelling_of_an_id_is_a_member(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[]).await;
        for id in [format!("0{ava}"), format!("+{ava}"), format!("{ava}\0"), format!(" {ava}")] {
            let add = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
            world.patch(&format!("/Groups/{group}"), add).await;
            assert!(world.members(&group).await.is_empty(), "{id:?}");
        }
    }

    async fn a_list_of_members_that_is_none_is_refused(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        for value in [json!([true]), json!([[ava]]), json!([{ "value": { "id": ava } }]), json!(false)] {
            let operations = json!([{ "op": "replace", "path": "members", "value": value }]);
            let answer = world.patch(&format!("/Groups/{group}"), operations).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{value}");
        }
        assert_eq!(world.members(&group).await, [ava]);
    }

    async fn a_member_without_a_value_is_unknown_and_never_empties_a_group(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let path = format!("/Groups/{group}");
        for members in [
            json!([{ "$ref": format!("http://h/Users/{ava}"), "display": "ava" }]), json!([{ "display": "ava@x.y" }]),
            json!([{ "value": null }]), json!([{}]), json!({}), json!([null]), json!([{ "value": "" }]),
        ] {
            let put = world.put(&path, json!({ "displayName": "Engineering", "members": members })).await;
            assert_eq!(put.status, 400, "{members}: {}", put.text);
            assert!(put.detail().contains("without a value"), "{}", put.detail());
            for operation in [
                json!({ "op": "replace", "path": "members", "value": members }),
                json!({ "op": "replace", "value": { "members": members } }),
            ] {
                assert_eq!(world.patch(&path, json!([operation])).await.status, 400, "{operation}");
            }
            assert_eq!(world.members(&group).await, [ava.as_str(), sam.as_str()], "{members}");
            // Removing a member without a value removes nobody.
            let removal = json!([{ "op": "remove", "path": "members", "value": [members] }]);
            let status = world.patch(&path, removal).await.status;
            assert!(matches!(status, 200 | 400), "{status}");
            assert_eq!(world.members(&group).await, [ava.as_str(), sam.as_str()], "{members}");
        }
        let some = json!({ "displayName": "Engineering", "members": [{ "display": "ava" }, { "value": sam }] });
        assert_eq!(world.put(&path, some).await.status, 200);
        assert!(world.last_request().await["details"].as_str().unwrap().contains("without a value"));
        assert_eq!(world.members(&group).await, [sam.as_str()]);
        let created = world.created("/Groups", json!({ "displayName": "New", "members": [{ "display": "ava" }] })).await;
        assert!(world.last_request().await["details"].as_str().unwrap().contains("without a value"));
        assert!(world.members(&created).await.is_empty());
    }

    async fn an_unknown_member_is_named_whatever_else_the_request_does(world: World) {
        let [ava, _, _] = three_users(world).await;
        let group = world.group("Engineering", &[]).await;
        let operations = json!([
            { "op": "add", "path": "members", "value": [{ "value": ava }] },
            { "op": "remove", "path": "members[type eq \"User\"]" },
            { "op": "add", "path": "members", "value": [{ "value": ava }, { "value": "nonsense-1" }] },
        ]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), operations).await.status, 200);
        assert!(world.last_request().await["details"].as_str().unwrap().contains("nonsense-1"));
    }
}
