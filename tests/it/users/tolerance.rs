//! What clients get wrong without harm.

use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

on_each_database! {
    async fn names_are_known_in_any_case(world: World) {
        let id = world.created("/Users", json!({
            "SCHEMAS": [USER],
            "USERNAME": "ava@x.y",
            "Name": { "GIVENNAME": "Ava", "familyname": "Stone" },
            "Emails": [{ "Value": "ava@home.y", "TYPE": "home", "Primary": true }],
            ENTERPRISE.to_uppercase(): { "Department": "R&D" },
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user["userName"], "ava@x.y");
        assert_eq!(user["name"], json!({ "givenName": "Ava", "familyName": "Stone" }));
        assert_eq!(user["emails"], json!([{ "value": "ava@home.y", "type": "home", "primary": true }]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D" }));
    }

    async fn null_and_nothing_are_the_same(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "externalId": null,
            "title": null,
            "nickName": "",
            "name": { "givenName": "Ava", "familyName": null, "middleName": "" },
            "emails": [],
            "phoneNumbers": null,
            "addresses": [null, { "type": "work", "locality": null }],
            ENTERPRISE: { "department": null, "manager": null },
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        let mut names: Vec<&str> = user.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["active", "groups", "id", "meta", "name", "schemas", "userName"]);
        assert_eq!(user["name"], json!({ "givenName": "Ava" }));
        assert_eq!(user["schemas"], json!([USER]));
    }

    async fn an_address_without_a_value_is_left_out(world: World) {
        // Okta re-provisions with such an element (fleet#53446).
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "emails": [{ "primary": true, "type": "work", "value": null }, { "value": "ava@x.y", "type": "home" }],
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user["emails"], json!([{ "value": "ava@x.y", "type": "home" }]));
    }

    async fn booleans_may_be_texts(world: World) {
        let spellings = [("True", true), ("False", false), ("true", true), ("false", false), ("FALSE", false)];
        for (at, (text, active)) in spellings.into_iter().enumerate() {
            let body = json!({
                "userName": format!("u{at}@x.y"),
                "active": text,
                "roles": [{ "value": "admin", "primary": text }],
            });
            let answer = world.post("/Users", body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.body["active"], active, "{text}");
            assert_eq!(answer.body["roles"][0]["primary"], active, "{text}");
        }
    }

    async fn the_manager_may_be_written_in_three_ways(world: World) {
        for (at, manager) in [json!("7"), json!({ "value": "7" }), json!([{ "value": "7" }])].into_iter().enumerate() {
            let body = json!({ "userName": format!("u{at}@x.y"), ENTERPRISE: { "manager": manager } });
            let answer = world.post("/Users", body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.body[ENTERPRISE]["manager"], json!({ "value": "7" }));
        }
    }

    async fn enterprise_attributes_are_read_at_the_top_level_and_as_paths(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "manager": "7",
            "department": "R&D",
            format!("{ENTERPRISE}:costCenter"): "4711",
            format!("{ENTERPRISE}.division"): "North",
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user[ENTERPRISE], json!({
            "manager": { "value": "7" }, "department": "R&D", "costCenter": "4711", "division": "North",
        }));
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
        assert!(user.get("department").is_none() && user.get("manager").is_none());
    }

    async fn what_no_schema_has_never_fails_a_request(world: World) {
        let answer = world.post("/Users", json!({
            "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User", "http://example.com/x"],
            "userName": "ava@x.y",
            "companyName": "Acme",
            "name": { "givenName": "Ava", "nick": "A" },
            "emails": [{ "value": "ava@x.y", "verified": true }],
            ENTERPRISE: { "costCentre": "misspelt" },
        })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert!(answer.body.get("companyName").is_none());
        assert_eq!(answer.body["emails"], json!([{ "value": "ava@x.y" }]));
        assert_eq!(answer.body["schemas"], json!([USER]));
    }

    async fn one_value_needs_no_brackets(world: World) {
        let id = world.created("/Users", json!({ "userName": "ava@x.y", "emails": { "value": "a@x.y" } })).await;
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["emails"], json!([{ "value": "a@x.y" }]));
    }

    async fn one_value_is_primary_and_equal_values_are_one(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "emails": [
                { "value": "a@x.y", "type": "work", "primary": true },
                { "value": "b@x.y", "type": "home", "primary": true },
                { "value": "A@X.Y", "type": "work" },
            ],
        })).await;
        // The later one clears the earlier.
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["emails"], json!([
            { "value": "a@x.y", "type": "work", "primary": false },
            { "value": "b@x.y", "type": "home", "primary": true },
        ]));
    }

    async fn urns_of_other_resources_and_of_messages_are_no_extensions(world: World) {
        for body in [
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group": { "displayName": "x" } }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group:displayName": "x" }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group:": { "displayName": "x" } }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:api:messages:2.0:Error": { "detail": "x" } }),
        ] {
            let answer = world.post("/Users", body.clone()).await;
            assert_eq!((answer.status, &answer.body["schemas"]), (201, &json!([USER])), "{body}: {}", answer.text);
            assert!(world.last_request().await["details"].as_str().unwrap().contains("ignored attributes"), "{body}");
            assert_eq!(world.delete(&format!("/Users/{}", answer.body["id"].as_str().unwrap())).await.status, 204);
        }
        let group = json!({ "displayName": "G", USER: { "userName": "q" }, ENTERPRISE: { "department": "R&D" } });
        let answer = world.post("/Groups", group).await;
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]));
        let found = world.post("/.search", json!({ "filter": format!("{USER}:userName eq \"q\"") })).await;
        assert_eq!(found.body["totalResults"], 0, "{}", found.text);
    }

    async fn an_empty_list_is_no_value(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y", "externalId": "1", "name": [], ENTERPRISE: [], "emails": [],
        })).await;
        let path = format!("/Users/{id}");
        for nothing in [json!({ "externalId": [] }), json!({ "externalId": null }), json!({ format!("{USER}:externalId"): null })] {
            let mut body = json!({ "userName": "ava@x.y", "externalId": "1" });
            assert_eq!(world.put(&path, body.clone()).await.body["externalId"], "1");
            body.as_object_mut().unwrap().remove("externalId");
            assert_eq!(world.put(&path, body.clone()).await.body["externalId"], "1", "silence keeps it");
            body.as_object_mut().unwrap().extend(nothing.as_object().unwrap().clone());
            assert_eq!(world.put(&path, body).await.body.get("externalId"), None, "{nothing}");
        }
    }
}
