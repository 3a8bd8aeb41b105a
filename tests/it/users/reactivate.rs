//! A POST for a name that an inactive user holds brings that user back. This is how Okta reactivates users.

use fleet_scim::hosts::Source;
use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

async fn leaver(world: &World, external_id: Option<&str>) -> String {
    world
        .created(
            "/Users",
            json!({
                "schemas": [USER, ENTERPRISE],
                "externalId": external_id,
                "userName": "ava@x.y",
                "name": { "givenName": "Ava" },
                "title": "Engineer",
                "active": false,
                ENTERPRISE: { "department": "R&D" },
            }),
        )
        .await
}

on_each_database! {
    async fn a_rehired_user_keeps_its_id(world: World) {
        let id = leaver(world, None).await;
        let answer = world.post("/Users", json!({ "schemas": [USER], "userName": "AVA@X.Y", "active": true })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!((&answer.body["id"], &answer.body["active"]), (&json!(id), &json!(true)));
        assert!(answer.header("location").unwrap().ends_with(&format!("/Users/{id}")));
        assert_eq!(world.get(&format!("/Users/{id}")).await.body, answer.body);
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
    }

    async fn a_rehired_user_is_replaced_as_by_put(world: World) {
        let id = leaver(world, Some("00u1")).await;
        let body = json!({ "schemas": [USER], "userName": "Ava@x.y", "displayName": "Ava S." });
        assert_eq!(world.created("/Users", body).await, id);
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(
            (&user["userName"], &user["displayName"], &user["active"]),
            (&json!("Ava@x.y"), &json!("Ava S."), &json!(true)),
        );
        assert!(user.get("title").is_none() && user.get("name").is_none(), "{user}");
        assert_eq!(user["externalId"], "00u1");
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D" }));
        assert_ne!(user["meta"]["version"], "W/\"1-0\"");
    }

    async fn a_rehired_user_keeps_its_hosts(world: World) {
        let id = leaver(world, None).await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(id.clone()));
        world.created("/Users", json!({ "userName": "ava@x.y", "active": true })).await;
        assert_eq!(world.owner(1).await, Some(id));
    }

    async fn a_rehired_user_keeps_its_groups_unless_it_is_another_person(world: World) {
        for (before, after, stays) in [
            (None, None, true),
            (Some("00u1"), None, true),
            (None, Some("00u1"), true),
            (Some("00u1"), Some("00u1"), true),
            (Some("00u1"), Some("00u2"), false),
        ] {
            let id = leaver(world, before).await;
            let group = world.group("Engineering", &[&id]).await;
            let version = world.get(&format!("/Groups/{group}")).await.body["meta"]["version"].clone();
            let answer = world.post("/Users", json!({ "userName": "ava@x.y", "externalId": after })).await;
            assert_eq!((answer.status, &answer.body["id"]), (201, &json!(id)));
            assert_eq!(world.members(&group).await == [id.as_str()], stays, "{before:?} {after:?}");
            assert_eq!(answer.body["groups"] != json!([]), stays, "{before:?} {after:?}");
            assert_eq!(world.get(&format!("/Groups/{group}")).await.body["meta"]["version"] == version, stays);
            if let Some(after) = after {
                assert_eq!(world.get(&format!("/Users/{id}")).await.body["externalId"], after);
            }
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
    }

    async fn an_inactive_user_is_not_made_over_an_inactive_one(world: World) {
        let id = leaver(world, None).await;
        let answer = world.post("/Users", json!({ "userName": "ava@x.y", "active": false })).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["title"], "Engineer");
    }

    async fn an_active_holder_is_never_replaced(world: World) {
        let id = world.user("ava@x.y").await;
        let version = world.get(&format!("/Users/{id}")).await.body["meta"]["version"].clone();
        for active in [json!(true), json!(false), json!(null), json!("True")] {
            let answer = world.post("/Users", json!({ "userName": "ava@x.y", "active": active, "title": "X" })).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")), "{active}");
        }
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["meta"]["version"], version);
    }

    async fn a_second_rehire_is_refused(world: World) {
        leaver(world, None).await;
        let body = json!({ "userName": "ava@x.y", "active": "True" });
        assert_eq!(world.post("/Users", body.clone()).await.status, 201);
        assert_eq!(world.post("/Users", body).await.status, 409);
    }
}
