//! Users that could not be created, changed, or found again.
//! Each number is a public issue about another server.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

fn person(user_name: &str) -> Value {
    json!({
        "schemas": [USER],
        "userName": user_name,
        "name": { "givenName": "Test", "familyName": "User" },
        "emails": [{ "value": user_name, "type": "work", "primary": true }],
        "active": true,
    })
}

on_each_database! {
    // fleet#53446
    async fn an_email_without_an_address_is_left_out(world: World) {
        let path = format!("/Users/{}", world.created("/Users", person("ava@x.example")).await);
        for empty in [
            json!({ "primary": true, "type": "work", "value": null }),
            json!({ "primary": true, "type": "work", "value": "" }),
            json!({ "primary": true, "type": "work" }),
            json!({}),
        ] {
            let mut body = person("ava@x.example");
            body["emails"] = json!([empty]);
            let put = world.put(&path, body.clone()).await;
            assert_eq!(put.status, 200, "{empty}: {}", put.text);
            assert!(put.body.get("emails").is_none(), "{empty}: {}", put.text);
            body["emails"] = json!([empty, { "value": "ava@x.example", "type": "home" }]);
            let put = world.put(&path, body).await;
            assert_eq!(put.body["emails"], json!([{ "value": "ava@x.example", "type": "home" }]), "{empty}");
            let operation = json!([{ "op": "replace", "value": { "emails": [empty] } }]);
            assert_eq!(world.patch(&path, operation).await.status, 200, "{empty}");
        }
    }

    // fleet#53446
    async fn a_deprovisioned_user_is_provisioned_again(world: World) {
        let id = world.created("/Users", person("ava@x.example")).await;
        let path = format!("/Users/{id}");
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        assert_eq!(world.patch(&path, off).await.status, 200);
        let mut back = person("Ava@x.example");
        back["emails"] = json!([{ "primary": true, "type": "work", "value": null }]);
        let created = world.post("/Users", back).await;
        assert_eq!(created.status, 201, "{}", created.text);
        assert_eq!((&created.body["id"], &created.body["active"]), (&json!(id), &json!(true)));
        assert_eq!(world.post("/Users", person("ava@x.example")).await.status, 409, "an active user holds the name");
    }

    // fleet#41996, fleet#49099
    async fn the_department_arrives_whatever_comes_beside_it(world: World) {
        let id = world.created("/Users", person("ava@x.example")).await;
        let path = format!("/Users/{id}");
        for (at, value) in [
            json!({ format!("{ENTERPRISE}:department"): "D0", format!("{ENTERPRISE}:costCenter"): "C" }),
            json!({ ENTERPRISE: { "department": "D1", "favoriteColor": "blue", "division": "N" } }),
            json!({ format!("{ENTERPRISE}.department"): "D2" }),
            json!({ "department": "D3", "companyName": "Acme", "urn:nobody:1.0:User:x": 1 }),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = world.patch(&path, json!([{ "op": "replace", "value": value }])).await;
            assert_eq!(answer.status, 200, "{value}: {}", answer.text);
            assert_eq!(answer.body[ENTERPRISE]["department"], format!("D{at}"), "{value}");
        }
        let by_path = json!([
            { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "D4" },
            { "op": "Add", "path": format!("{ENTERPRISE}:favoriteColor"), "value": "blue" },
            { "op": "Add", "path": "companyName", "value": "Acme" },
        ]);
        assert_eq!(world.patch(&path, by_path).await.body[ENTERPRISE]["department"], "D4");
        assert!(world.last_request().await["details"].as_str().unwrap().contains("companyName"));
    }

    // fleet#40260
    async fn a_missing_required_attribute_is_the_clients_error(world: World) {
        let id = world.created("/Users", person("ava@x.example")).await;
        for user_name in [Value::Null, json!(""), json!("   ")] {
            let mut body = person("x");
            body["userName"] = user_name;
            for answer in [world.post("/Users", body.clone()).await, world.put(&format!("/Users/{id}"), body).await] {
                assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{}", answer.text);
                assert!(answer.detail().contains("userName"), "{}", answer.detail());
            }
        }
        assert_eq!(world.post("/Groups", json!({ "displayName": null })).await.status, 400);
    }

    // From Fleet's source: it answers 400 to a name with only one of the two parts.
    async fn a_person_with_one_name_is_accepted(world: World) {
        for (user_name, name) in [
            ("a", json!({ "givenName": "Suharto" })),
            ("b", json!({ "familyName": "Sukarno" })),
            ("c", json!({})),
            ("d", Value::Null),
            ("e", json!({ "givenName": "Madonna", "familyName": "" })),
        ] {
            let body = json!({ "schemas": [USER], "userName": user_name, "name": name });
            let created = world.post("/Users", body).await;
            assert_eq!(created.status, 201, "{user_name}: {}", created.text);
        }
        let path = format!("/Users/{}", world.created("/Users", person("f")).await);
        for part in ["name.givenName", "name.familyName"] {
            assert_eq!(world.patch(&path, json!([{ "op": "remove", "path": part }])).await.status, 200, "{part}");
        }
        assert!(world.get(&path).await.body.get("name").is_none());
    }

    // From Fleet's source: it accepts only JSON's own booleans.
    async fn a_boolean_may_come_as_a_text_everywhere(world: World) {
        let mut body = person("ava@x.example");
        body["active"] = json!("False");
        body["emails"][0]["primary"] = json!("True");
        let created = world.post("/Users", body.clone()).await;
        assert_eq!((created.status, &created.body["active"]), (201, &json!(false)), "{}", created.text);
        assert_eq!(created.body["emails"][0]["primary"], true);
        let path = format!("/Users/{}", created.body["id"].as_str().unwrap());
        body["active"] = json!("TRUE");
        assert_eq!(world.put(&path, body).await.body["active"], true);
        for (value, active) in [("False", false), ("true", true), ("false", false), ("True", true)] {
            let by_path = json!([{ "op": "Replace", "path": "active", "value": value }]);
            assert_eq!(world.patch(&path, by_path).await.body["active"], active, "{value}");
            let without = json!([{ "op": "replace", "value": { "active": value } }]);
            assert_eq!(world.patch(&path, without).await.body["active"], active, "{value}");
        }
        let wrong = world.patch(&path, json!([{ "op": "replace", "path": "active", "value": "perhaps" }])).await;
        assert_eq!((wrong.status, &wrong.body["scimType"]), (400, &json!("invalidValue")));
    }

    // fleet#45371, fleet#52591
    async fn a_deprovisioned_user_stays_visible_as_inactive(world: World) {
        let id = world.created("/Users", person("ava@x.example")).await;
        let group = world.group("Crew", &[&id]).await;
        let path = format!("/Users/{id}");
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        for _ in 0..2 {
            // sentry#77406: it is sent twice.
            assert_eq!(world.patch(&path, off.clone()).await.status, 200);
        }
        assert_eq!(world.get(&path).await.body["active"], false);
        assert_eq!(world.ids("/Users", r#"userName eq "ava@x.example""#).await, [id.as_str()]);
        assert_eq!(world.ids("/Users", "active eq false").await, [id.as_str()]);
        assert_eq!(world.get("/Users").await.body["Resources"][0]["active"], false);
        assert_eq!(world.members(&group).await, [id]);
    }

    // A PUT of a client that never sends `active` must not bring a leaver back.
    async fn a_body_without_active_leaves_a_leaver_inactive(world: World) {
        let path = format!("/Users/{}", world.created("/Users", person("ava@x.example")).await);
        let off = json!([{ "op": "replace", "value": { "active": false } }]);
        assert_eq!(world.patch(&path, off).await.status, 200);
        let mut body = person("ava@x.example");
        for active in [Value::Null, json!("")] {
            body["active"] = active;
            assert_eq!(world.put(&path, body.clone()).await.body["active"], false);
        }
        body.as_object_mut().unwrap().remove("active");
        assert_eq!(world.put(&path, body).await.body["active"], false);
        assert_eq!(world.patch(&path, json!([{ "op": "remove", "path": "active" }])).await.body["active"], false);
    }

    // langfuse#13528
    async fn one_person_is_not_two_by_letter_case(world: World) {
        let id = world.created("/Users", person("Ava@X.example")).await;
        assert_eq!(world.post("/Users", person("aVA@x.EXAMPLE")).await.status, 409);
        assert_eq!(world.ids("/Users", r#"userName eq "AVA@x.example""#).await, [id.as_str()]);
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["userName"], "Ava@X.example");
    }

    // scim2#224
    async fn a_dotted_key_is_a_path(world: World) {
        let path = format!("/Users/{}", world.created("/Users", person("ava@x.example")).await);
        let dotted = json!([{ "op": "replace", "value": { "name.familyName": "Stone", "name.formatted": "A. Stone" } }]);
        let answer = world.patch(&path, dotted).await;
        assert_eq!(answer.body["name"], json!({ "givenName": "Test", "familyName": "Stone", "formatted": "A. Stone" }));
        assert!(!answer.text.contains("name.familyName"), "{}", answer.text);
    }
}
