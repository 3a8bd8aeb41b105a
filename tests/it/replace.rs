//! What a PUT does to the attributes that its body names, and to the others: RFC 7644 section 3.5.1 leaves that to the
//! provider.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World},
};

const OKTA: &str = "urn:okta:acme:1.0:user:custom";

async fn ava(world: &World) -> String {
    world
        .created(
            "/Users",
            json!({
                "schemas": [USER, ENTERPRISE, OKTA],
                "externalId": "00u1",
                "userName": "ava@x.y",
                "name": { "givenName": "Ava", "familyName": "Stone" },
                "title": "Engineer",
                "emails": [{ "value": "ava@work.y", "type": "work" }],
                ENTERPRISE: { "department": "R&D", "costCenter": "7" },
                OKTA: { "badge": "B-7", "floor": 3 },
            }),
        )
        .await
}

/// Sends a PUT, and returns the user as the next GET answers it.
async fn replaced(world: &World, id: &str, body: Value) -> Value {
    let answer = world.put(&format!("/Users/{id}"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let got = world.get(&format!("/Users/{id}")).await;
    assert_eq!(got.body, answer.body);
    got.body
}

on_each_database! {
    async fn core_attributes_that_a_put_omits_are_cleared(world: World) {
        let id = ava(world).await;
        let user = replaced(world, &id, json!({ "schemas": [USER], "userName": "ava@x.y", "nickName": "Avie" })).await;
        assert_eq!(user["nickName"], "Avie");
        for gone in ["name", "title", "emails"] {
            assert!(user.get(gone).is_none(), "{gone}");
        }
        assert!(world.ids("/Users", r#"emails.value eq "ava@work.y""#).await.is_empty());
        assert!(world.ids("/Users", r#"title eq "engineer""#).await.is_empty());
    }

    async fn a_complex_attribute_is_replaced_as_a_whole(world: World) {
        let id = ava(world).await;
        let user = replaced(world, &id, json!({ "userName": "ava@x.y", "name": { "familyName": "Steel" } })).await;
        assert_eq!(user["name"], json!({ "familyName": "Steel" }));
    }

    async fn an_extension_that_a_put_does_not_name_is_kept(world: World) {
        // Okta's custom app deactivates with a PUT of the core schema alone (lab of 2026-10).
        let id = ava(world).await;
        let user = replaced(world, &id, json!({ "schemas": [USER], "userName": "ava@x.y", "active": false })).await;
        assert_eq!(user["active"], false);
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D", "costCenter": "7" }));
        assert_eq!(user[OKTA], json!({ "badge": "B-7", "floor": 3 }));
        assert_eq!(user["schemas"].as_array().unwrap().len(), 3);
    }

    async fn an_extension_that_schemas_names_is_cleared_without_its_object(world: World) {
        let id = ava(world).await;
        let schemas = json!([USER, ENTERPRISE.to_uppercase()]);
        let user = replaced(world, &id, json!({ "schemas": schemas, "userName": "ava@x.y" })).await;
        assert!(user.get(ENTERPRISE).is_none(), "{user}");
        assert_eq!(user[OKTA]["badge"], "B-7");
        let user = replaced(world, &id, json!({ "schemas": [USER, OKTA], "userName": "ava@x.y" })).await;
        assert!(user.get(OKTA).is_none(), "{user}");
        assert_eq!(user["schemas"], json!([USER]));
    }

    async fn an_extension_that_a_key_names_is_replaced(world: World) {
        let id = ava(world).await;
        let user = replaced(world, &id, json!({
            "schemas": [USER], "userName": "ava@x.y", ENTERPRISE: { "department": "Sales" }, OKTA: { "floor": 4 },
        })).await;
        assert_eq!(user[ENTERPRISE], json!({ "department": "Sales" }));
        assert_eq!(user[OKTA], json!({ "floor": 4 }));
        for empty in [json!({}), json!(null)] {
            let id = world.created(
                "/Users", json!({ "userName": empty.to_string(), ENTERPRISE: { "department": "R&D" } }),
            ).await;
            let user = replaced(world, &id, json!({ "userName": empty.to_string(), ENTERPRISE: empty })).await;
            assert!(user.get(ENTERPRISE).is_none(), "{empty}");
        }
    }

    async fn an_extension_attribute_at_the_top_level_names_its_extension(world: World) {
        let id = ava(world).await;
        let user = replaced(world, &id, json!({ "userName": "ava@x.y", "department": "Sales" })).await;
        assert_eq!(user[ENTERPRISE], json!({ "department": "Sales" }));
    }

    async fn an_external_id_is_kept_when_omitted_and_cleared_by_null(world: World) {
        let id = ava(world).await;
        assert_eq!(replaced(world, &id, json!({ "userName": "ava@x.y" })).await["externalId"], "00u1");
        assert_eq!(world.ids("/Users", r#"externalId eq "00u1""#).await, [id.as_str()]);
        let user = replaced(world, &id, json!({ "userName": "ava@x.y", "externalId": "00u2" })).await;
        assert_eq!(user["externalId"], "00u2");
        let user = replaced(world, &id, json!({ "userName": "ava@x.y", "externalId": null })).await;
        assert!(user.get("externalId").is_none());
        assert!(world.ids("/Users", r#"externalId eq "00u2""#).await.is_empty());
    }

    async fn a_put_without_a_user_name_is_refused_and_changes_nothing(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for body in [
            json!({ "schemas": [USER], "title": "X" }), json!({ "userName": null }), json!({ "userName": "" }),
        ] {
            let answer = world.put(&format!("/Users/{id}"), body.clone()).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{body}");
            assert!(answer.detail().contains("userName"), "{}", answer.detail());
            assert_eq!(world.get(&format!("/Users/{id}")).await.body, before);
        }
    }

    async fn read_only_attributes_of_a_put_are_ignored(world: World) {
        let id = ava(world).await;
        let created = world.get(&format!("/Users/{id}")).await.body["meta"]["created"].clone();
        let user = replaced(world, &id, json!({
            "id": "4711", "userName": "ava@x.y", "groups": [{ "value": "group-1" }],
            "meta": { "created": "2000-01-01T00:00:00Z", "version": "W/\"0\"" },
        })).await;
        assert_eq!((&user["id"], &user["meta"]["created"], &user["groups"]), (&json!(id), &created, &json!([])));
    }

    async fn an_identical_put_does_not_raise_the_version(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(replaced(world, &id, before.clone()).await, before);
        let group = world.group("Engineering", &[&id]).await;
        let before = world.get(&format!("/Groups/{group}")).await.body;
        let answer = world.put(&format!("/Groups/{group}"), before.clone()).await;
        assert_eq!((answer.status, answer.body), (200, before));
    }

    async fn a_put_never_creates(world: World) {
        for id in ["999999", "nobody", "group-1", "007"] {
            let answer = world.put(&format!("/Users/{id}"), json!({ "userName": "ava@x.y" })).await;
            assert_eq!(answer.status, 404, "{id}");
        }
        for id in ["group-999999", "nobody", "1"] {
            let answer = world.put(&format!("/Groups/{id}"), json!({ "displayName": "Engineering" })).await;
            assert_eq!(answer.status, 404, "{id}");
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_name_that_another_holds_is_refused_and_nothing_changes(world: World) {
        let id = ava(world).await;
        world.user("sam@x.y").await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let answer = world.put(&format!("/Users/{id}"), json!({ "userName": "SAM@x.y", "title": "X" })).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.get(&format!("/Users/{id}")).await.body, before);
        let group = world.group("Engineering", &[&id]).await;
        world.group("Sales", &[]).await;
        let answer = world.put(&format!("/Groups/{group}"), json!({ "displayName": "SALES", "members": [] })).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.members(&group).await, [id]);
    }

    async fn the_members_of_a_group_are_what_a_put_names(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let path = format!("/Groups/{}", world.group("Engineering", &[&ava]).await);
        let id = path.trim_start_matches("/Groups/");
        let body = json!({ "schemas": [GROUP], "displayName": "Engineering", "members": [{ "value": sam }] });
        assert_eq!(world.put(&path, body).await.status, 200);
        assert_eq!(world.members(id).await, [sam.as_str()]);
        for body in [
            json!({ "displayName": "Engineering" }), json!({ "displayName": "Engineering", "members": null }),
        ] {
            let answer = world.put(&path, body.clone()).await;
            assert_eq!((answer.status, &answer.body["members"]), (200, &json!([])), "{body}");
            assert!(world.members(id).await.is_empty(), "{body}");
            let back = json!({ "displayName": "Engineering", "members": [{ "value": ava }] });
            assert_eq!(world.put(&path, back).await.status, 200);
        }
    }

    async fn a_put_of_a_group_keeps_its_external_id_and_extension(world: World) {
        let okta = "urn:okta:custom:group:1.0";
        let body = json!({ "displayName": "Engineering", "externalId": "00g1", okta: { "description": "Builds" } });
        let group = world.created("/Groups", body).await;
        assert_eq!(world.put(&format!("/Groups/{group}"), json!({ "displayName": "Research" })).await.status, 200);
        let body = world.get(&format!("/Groups/{group}")).await.body;
        assert_eq!((&body["displayName"], &body["externalId"]), (&json!("Research"), &json!("00g1")));
        assert_eq!(body[okta], json!({ "description": "Builds" }));
        let nulls = json!({ "displayName": "Research", "externalId": null });
        assert_eq!(world.put(&format!("/Groups/{group}"), nulls).await.status, 200);
        assert!(world.get(&format!("/Groups/{group}")).await.body.get("externalId").is_none());
    }

    async fn a_put_of_a_group_without_a_name_is_refused(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        for body in [json!({ "members": [] }), json!({ "displayName": null }), json!({ "displayName": "" })] {
            let answer = world.put(&format!("/Groups/{group}"), body.clone()).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{body}");
            assert!(answer.detail().contains("displayName"), "{}", answer.detail());
        }
        assert_eq!(world.members(&group).await, [ava]);
    }
}
