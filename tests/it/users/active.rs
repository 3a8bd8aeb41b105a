//! `active` is never absent: only a value changes it.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{USER, World},
};

async fn active(world: &World, id: &str) -> Value {
    world.get(&format!("/Users/{id}")).await.body["active"].clone()
}

on_each_database! {
    async fn a_user_is_active_unless_said_otherwise(world: World) {
        for (at, body) in [json!({}), json!({ "active": null }), json!({ "active": "" })].into_iter().enumerate() {
            let mut body = body;
            body["userName"] = json!(format!("u{at}@x.y"));
            let id = world.created("/Users", body).await;
            assert_eq!(active(world, &id).await, true);
        }
        let id = world.created("/Users", json!({ "userName": "gone@x.y", "active": false })).await;
        assert_eq!(active(world, &id).await, false);
    }

    async fn a_put_without_active_does_not_bring_a_leaver_back(world: World) {
        let id = world.created("/Users", json!({ "userName": "gone@x.y", "active": false })).await;
        for body in [json!({ "userName": "gone@x.y" }), json!({ "userName": "gone@x.y", "active": null })] {
            let answer = world.put(&format!("/Users/{id}"), body).await;
            assert_eq!((answer.status, &answer.body["active"]), (200, &json!(false)));
            assert_eq!(active(world, &id).await, false);
        }
    }

    async fn removing_active_leaves_it_as_it_is(world: World) {
        for was in [true, false] {
            let id = world.created("/Users", json!({ "userName": format!("{was}@x.y"), "active": was })).await;
            for operation in [
                json!({ "op": "remove", "path": "active" }),
                json!({ "op": "replace", "path": "active", "value": null }),
                json!({ "op": "replace", "path": "active", "value": "" }),
                json!({ "op": "replace", "value": { "active": null } }),
            ] {
                let answer = world.patch(&format!("/Users/{id}"), json!([operation])).await;
                assert_eq!(answer.status, 200, "{operation}: {}", answer.text);
                assert_eq!(active(world, &id).await, was, "{operation}");
            }
        }
    }

    async fn a_deactivated_user_stays_visible(world: World) {
        let id = world.user("ava@x.y").await;
        let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), off).await.status, 200);
        assert_eq!(active(world, &id).await, false);
        assert_eq!(world.ids("/Users", r#"userName eq "ava@x.y""#).await, [id.as_str()]);
        assert_eq!(world.ids("/Users", "active eq false").await, [id.as_str()]);
        assert_eq!(world.get("/Users").await.body["Resources"][0]["active"], false);
    }

    async fn deactivating_keeps_the_groups_and_can_be_repeated(world: World) {
        let id = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&id]).await;
        for _ in 0..2 {
            let off = json!([{ "op": "replace", "value": { "active": false } }]);
            assert_eq!(world.patch(&format!("/Users/{id}"), off).await.status, 200);
        }
        assert_eq!(world.members(&group).await, [id.as_str()]);
        let back = json!({ "schemas": [USER], "userName": "ava@x.y", "active": true });
        assert_eq!(world.put(&format!("/Users/{id}"), back).await.body["active"], true);
        assert_eq!(world.members(&group).await, [id]);
    }
}
