//! POST and GET of one user.

use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, MOUNT, USER, World},
};

on_each_database! {
    async fn a_created_user_is_answered_whole_with_its_location(world: World) {
        let body = json!({ "schemas": [USER], "userName": "Ava.Stone@Example.com", "name": { "givenName": "Ava" } });
        let answer = world.post("/Users", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let id = answer.body["id"].as_str().unwrap();
        let location = format!("http://fleet.example.com{MOUNT}/Users/{id}");
        assert_eq!(answer.header("location"), Some(location.as_str()));
        assert_eq!(answer.body["meta"]["location"], location);
        assert_eq!(answer.body["meta"]["resourceType"], "User");
        assert_eq!(answer.body["meta"]["created"], answer.body["meta"]["lastModified"]);
        assert_eq!(answer.header("etag"), answer.body["meta"]["version"].as_str());
        assert_eq!(answer.body["schemas"], json!([USER]));
        assert_eq!(answer.body["userName"], "Ava.Stone@Example.com");
        assert_eq!(answer.body["groups"], json!([]));
    }

    async fn what_a_post_answers_is_what_a_get_answers(world: World) {
        let posted = world.post("/Users", json!({ "schemas": [USER], "userName": "ava@x.y", "title": "Dr" })).await;
        let got = world.get(&format!("/Users/{}", posted.body["id"].as_str().unwrap())).await;
        assert_eq!(got.status, 200);
        assert_eq!(got.body, posted.body);
        assert_eq!(got.header("etag"), posted.header("etag"));
    }

    async fn a_user_with_nothing_but_a_user_name_is_accepted(world: World) {
        let answer = world.post("/Users", json!({ "schemas": [USER], "userName": "bare" })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.body["active"], true);
        assert!(answer.body.get("name").is_none());
    }

    async fn a_user_with_one_name_only_is_accepted(world: World) {
        let id = world.created(
            "/Users", json!({ "userName": "suharto@x.y", "name": { "givenName": "Suharto" } }),
        ).await;
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["name"], json!({ "givenName": "Suharto" }));
    }

    async fn a_user_without_a_user_name_is_refused_by_name(world: World) {
        for body in [
            json!({ "schemas": [USER] }),
            json!({ "schemas": [USER], "userName": null }),
            json!({ "schemas": [USER], "userName": "" }),
            json!({ "schemas": [USER], "userName": "   " }),
        ] {
            let answer = world.post("/Users", body.clone()).await;
            assert_eq!(answer.status, 400, "{body}");
            assert_eq!(answer.body["scimType"], "invalidValue", "{body}");
            assert!(answer.detail().contains("userName"), "{}", answer.detail());
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_user_name_is_held_once_whatever_its_case(world: World) {
        let id = world.user("Ava@Example.com").await;
        let second = world.post("/Users", json!({ "schemas": [USER], "userName": "aVA@example.COM" })).await;
        assert_eq!((second.status, &second.body["scimType"]), (409, &json!("uniqueness")));
        // A client that gets 409 looks up the holder by the same text.
        assert_eq!(world.ids("/Users", r#"userName eq "aVA@example.COM""#).await, [id]);
    }

    async fn a_password_is_taken_and_kept_nowhere(world: World) {
        use fleet_scim::{entity::scim_user, sea_orm::EntityTrait};
        let body = json!({ "schemas": [USER], "userName": "ava@x.y", "password": "S3cret!" });
        let answer = world.post("/Users", body).await;
        assert_eq!(answer.status, 201);
        assert!(!answer.text.contains("S3cret!") && answer.body.get("password").is_none(), "{}", answer.text);
        let row = scim_user::Entity::find().one(&world.writer).await.unwrap().unwrap();
        assert!(!row.resource.contains("S3cret!"));
    }

    async fn read_only_attributes_of_a_body_are_ignored(world: World) {
        let group = world.group("Engineering", &[]).await;
        let answer = world.post("/Users", json!({
            "schemas": [USER, ENTERPRISE],
            "id": "4711",
            "userName": "ava@x.y",
            "meta": { "resourceType": "Car", "version": "W/\"99\"", "created": "yesterday" },
            "groups": [{ "value": group, "display": "Engineering" }],
            ENTERPRISE: { "manager": { "value": "1", "displayName": "The Boss" } },
        })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_ne!(answer.body["id"], "4711");
        assert_eq!(answer.body["meta"]["resourceType"], "User");
        assert_eq!(answer.body["groups"], json!([]));
        assert_eq!(answer.body[ENTERPRISE]["manager"], json!({ "value": "1" }));
        assert!(world.members(&group).await.is_empty());
    }

    async fn a_user_names_its_groups(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let groups = &world.get(&format!("/Users/{ava}")).await.body["groups"];
        assert_eq!(*groups, json!([{
            "value": group,
            "$ref": format!("http://fleet.example.com{MOUNT}/Groups/{group}"),
            "display": "Engineering",
            "type": "direct",
        }]));
    }
}
