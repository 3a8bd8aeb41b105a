//! POST and GET of groups.

use serde_json::json;

use super::three_users;
use crate::{
    on_each_database,
    world::{GROUP, MOUNT, World},
};

on_each_database! {
    async fn a_created_group_is_answered_whole_with_its_location(world: World) {
        let ava = world.user("ava@x.y").await;
        let body = json!({
            "schemas": [GROUP], "displayName": "Engineering", "externalId": "00g1", "members": [
                { "value": ava, "display": "x" },
            ],
        });
        let answer = world.post("/Groups", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let id = answer.body["id"].as_str().unwrap();
        assert!(id.starts_with("group-"));
        let base = format!("http://fleet.example.com{MOUNT}");
        assert_eq!(answer.header("location"), Some(format!("{base}/Groups/{id}").as_str()));
        assert_eq!(answer.body["meta"]["resourceType"], "Group");
        assert_eq!((&answer.body["displayName"], &answer.body["externalId"]), (&json!("Engineering"), &json!("00g1")));
        let member = json!({ "value": ava, "$ref": format!("{base}/Users/{ava}"), "type": "User" });
        assert_eq!(answer.body["members"], json!([member]));
        assert_eq!(world.get(&format!("/Groups/{id}")).await.body, answer.body);
    }

    async fn members_are_always_answered(world: World) {
        // authentik never adds anybody to a group that is answered without `members` (source of 2026-09).
        let posted = world.post("/Groups", json!({ "schemas": [GROUP], "displayName": "Engineering" })).await;
        let id = posted.body["id"].as_str().unwrap();
        let got = world.get(&format!("/Groups/{id}")).await;
        let put = world.put(
            &format!("/Groups/{id}"), json!({ "schemas": [GROUP], "displayName": "Engineering" }),
        ).await;
        let patched = world.patch(&format!("/Groups/{id}"), json!([])).await;
        let listed = world.get("/Groups").await;
        for group in [&posted.body, &got.body, &put.body, &patched.body, &listed.body["Resources"][0]] {
            assert_eq!(group["members"], json!([]), "{group}");
        }
    }

    async fn members_are_left_out_where_they_are_excluded(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        for path in [
            format!("/Groups/{group}?excludedAttributes=members"),
            format!("/Groups/{group}?excludedattributes=MEMBERS"),
            format!("/Groups/{group}?attributes=displayName"),
        ] {
            let body = world.get(&path).await.body;
            assert!(body.get("members").is_none(), "{path}");
            assert_eq!(body["displayName"], "Engineering", "{path}");
        }
        let listed = world.get("/Groups?excludedAttributes=members").await.body;
        assert!(listed["Resources"][0].get("members").is_none());
        let posted = world.post(
            "/Groups?excludedAttributes=members", json!({ "displayName": "Empty", "members": [{ "value": ava }] }),
        ).await;
        assert!(posted.body.get("members").is_none());
        assert_eq!(world.members(posted.body["id"].as_str().unwrap()).await, [ava.as_str()]);
        let ids = world.get(&format!("/Groups/{group}?attributes=members.value")).await.body;
        assert_eq!(ids["members"], json!([{ "value": ava }, { "value": sam }]));
    }

    async fn a_group_name_is_held_once_whatever_its_case(world: World) {
        let id = world.group("Engineering", &[]).await;
        let second = world.post("/Groups", json!({ "schemas": [GROUP], "displayName": "ENGINEERING" })).await;
        assert_eq!((second.status, &second.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.ids("/Groups", r#"displayName eq "ENGINEERING""#).await, [id]);
    }

    async fn a_group_without_a_name_is_refused_by_name(world: World) {
        for body in [
            json!({ "schemas": [GROUP] }),
            json!({ "displayName": "" }),
            json!({ "displayName": null }),
            json!({ "displayName": " " }),
        ] {
            let answer = world.post("/Groups", body.clone()).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{body}");
            assert!(answer.detail().contains("displayName"), "{}", answer.detail());
        }
    }

    async fn what_no_group_schema_has_never_fails_a_request(world: World) {
        let answer = world.post("/Groups", json!({
            "schemas": [
                GROUP,
                "urn:okta:custom:group:1.0",
                "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
            ],
            "id": "4711",
            "displayName": "Engineering",
            "userName": "no attribute of a group",
            "meta": { "resourceType": "Group" },
            "urn:okta:custom:group:1.0": { "description": "Builds" },
        })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_ne!(answer.body["id"], "4711");
        assert_eq!(answer.body["urn:okta:custom:group:1.0"], json!({ "description": "Builds" }));
        assert_eq!(answer.body["schemas"], json!([GROUP, "urn:okta:custom:group:1.0"]));
    }

    async fn a_user_and_a_group_never_share_an_id(world: World) {
        let (user, group) = (world.user("ava@x.y").await, world.group("Engineering", &[]).await);
        assert_eq!(world.get(&format!("/Groups/{user}")).await.status, 404);
        assert_eq!(world.get(&format!("/Users/{group}")).await.status, 404);
    }
}
