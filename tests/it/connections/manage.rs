//! An administrator makes connections and changes them.

use fleet_scim::{ConnectionChange, ConnectionState, NewConnection, Vendor, poem::http::Method};
use serde_json::json;

use super::{call, change, connect};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_connection_is_created_shown_and_changed(world: World) {
        let body = json!({ "name": "okta", "displayName": "Okta (staff)", "vendor": "okta", "order": 2,
            "settings": { "keepsMembers": true } });
        let created = world.post("/connections", body).await;
        assert_eq!(created.status, 201, "{}", created.text);
        assert_eq!(created.header("location"), Some("http://fleet.example.com/api/v1/fleet/scim/connections/okta"));
        let mut shown = created.body.clone();
        assert!(shown["createdAt"].take().as_str().unwrap().ends_with('Z'));
        let expected = json!({ "name": "okta", "displayName": "Okta (staff)", "vendor": "okta", "kind": "idp", "state": "live",
            "order": 2, "users": 0, "groups": 0, "createdAt": null,
            "settings": { "additiveReplace": false, "keepsMembers": true, "keepsEmails": false, "deletesDeactivated": false,
                "refusesUnknownMembers": false, "keepsIdentifiers": false } });
        assert_eq!(shown, expected);
        assert_eq!(world.get("/connections/okta").await.body, created.body);
        let changed = change(world, "okta", json!({ "displayName": "Okta", "settings": { "additiveReplace": true, "keepsMembers": null } })).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let settings = &changed.body["settings"];
        assert_eq!((&settings["additiveReplace"], &settings["keepsMembers"]), (&json!(true), &json!(false)));
        assert_eq!((&changed.body["displayName"], &changed.body["vendor"]), (&json!("Okta"), &json!("okta")));
        let again = world.post("/connections", json!({ "displayName": "OKTA" })).await;
        assert_eq!((again.status, again.body["scimType"].as_str()), (409, Some("uniqueness")), "{}", again.text);
    }

    async fn connections_are_listed_in_their_order_with_what_they_hold(world: World) {
        for (name, order) in [("entra", 2), ("okta", 1)] {
            assert_eq!(world.post("/connections", json!({ "name": name, "order": order })).await.status, 201);
        }
        world.user("ava@x.y").await;
        world.group("Engineering", &[]).await;
        let listed = world.get("/connections").await.body;
        let row = |at: usize| listed["connections"][at].clone();
        assert_eq!((row(0)["name"].as_str(), row(0)["users"].as_i64(), row(0)["groups"].as_i64()), (Some("default"), Some(1), Some(1)));
        assert_eq!((row(1)["name"].as_str(), row(2)["name"].as_str()), (Some("okta"), Some("entra")));
        assert_eq!((row(1)["users"].as_i64(), row(3)), (Some(0), json!(null)));
    }

    async fn a_connection_knows_when_it_was_last_used(world: World) {
        world.user("ava@x.y").await;
        world.scim.worker(async {}).await;
        let after = world.get("/connections/default").await.body;
        assert!(after["lastRequest"].is_string() && after["lastRequest"] == after["lastSuccess"], "{after}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        assert_eq!(world.get("/Users/4711").await.status, 404);
        world.scim.worker(async {}).await;
        let failed = world.get("/connections/default").await.body;
        assert!(failed["lastSuccess"] == after["lastSuccess"] && failed["lastRequest"] != after["lastRequest"], "{failed}");
    }

    async fn what_does_not_fit_is_refused_by_its_name(world: World) {
        for (body, word) in [
            (json!({}), "name or displayName"),
            (json!({ "name": "Okta_1" }), "1 to 63"),
            (json!({ "name": "a".repeat(64) }), "1 to 63"),
            (json!({ "name": 7 }), "name"),
            (json!({ "name": "a", "vendor": "oktta" }), "vendor"),
            (json!({ "name": "a", "order": "first" }), "order"),
            (json!({ "name": "a", "settings": { "keeps": true } }), "keepsMembers"),
            (json!({ "name": "a", "settings": { "keepsMembers": 1 } }), "keepsMembers"),
            (json!({ "name": "a", "state": "paused" }), "displayName"),
            (json!({ "displayName": " " }), "displayName"),
        ] {
            let refused = world.post("/connections", body.clone()).await;
            assert_eq!(refused.status, 400, "{body}: {}", refused.text);
            assert!(refused.detail().contains(word), "{body}: {}", refused.detail());
        }
        for (body, word) in [
            (json!({ "state": "deleting" }), "state is one of live, paused, detached"),
            (json!({ "state": null }), "state"),
            (json!({ "name": "other" }), "displayName"),
            (json!({ "displayName": null }), "displayName"),
        ] {
            let refused = change(world, "default", body.clone()).await;
            assert!(refused.status == 400 && refused.detail().contains(word), "{body}: {}", refused.text);
        }
        assert_eq!(world.post("/connections", json!({ "name": "native" })).await.status, 409);
        for (method, path) in [(Method::GET, "/connections/nobody"), (Method::PATCH, "/connections/nobody"), (Method::GET, "/connections/nobody/tokens")] {
            let body = (method == Method::PATCH).then(|| json!({}));
            assert_eq!(world.call(method, path, body).await.status, 404, "{path}");
        }
        assert_eq!(world.get("/connections").await.body["connections"].as_array().unwrap().len(), 1);
    }

    async fn only_an_administrator_manages_connections(world: World) {
        let okta = connect(world, "okta").await;
        for token in [okta.as_str(), "maintainer", "observer"] {
            for (method, path) in [
                (Method::GET, "/connections"), (Method::POST, "/connections"), (Method::GET, "/connections/okta"),
                (Method::PATCH, "/connections/okta"), (Method::GET, "/connections/okta/tokens"), (Method::POST, "/connections/okta/tokens"),
                (Method::DELETE, "/connections/okta/tokens/1"), (Method::POST, "/connections/okta/tokens/1/rotate"),
                (Method::GET, "/connections/nobody"),
            ] {
                let refused = call(world, token, method, path, Some(json!({}))).await;
                assert_eq!(refused.status, 403, "{token} {path}");
            }
        }
        assert_eq!(world.get("/connections/okta/tokens").await.body["tokens"].as_array().unwrap().len(), 1);
    }

    async fn a_connection_of_the_version_before_gets_a_name_that_fits(world: World) {
        use fleet_scim::sea_orm::ConnectionTrait;
        for name in ["Acme Corp_EU", "acme corp eu"] {
            let sql = format!("INSERT INTO scim_connections (name, name_key, additive_replace, keeps_members, created_at) VALUES ('{name}', '{}', FALSE, FALSE, 7)", name.to_lowercase());
            world.writer.execute_unprepared(&sql).await.unwrap();
        }
        let listed = world.get("/connections").await.body;
        let names: Vec<_> = listed["connections"].as_array().unwrap().iter().map(|c| (c["name"].as_str().unwrap(), c["displayName"].as_str().unwrap())).collect();
        assert_eq!(names, [("default", "Default"), ("acme-corp-eu", "Acme Corp_EU"), ("acme-corp-eu-2", "acme corp eu")]);
        let ensured = world.scim.ensure_connection("ACME corp_eu").await.unwrap();
        assert_eq!(world.scim.connections().get("acme-corp-eu").await.unwrap().unwrap().id, ensured);
    }

    async fn the_rust_face_does_the_same(world: World) {
        let connections = world.scim.connections();
        let new = NewConnection { display_name: "Entra ID".to_owned(), vendor: Some(Vendor::Entra), ..NewConnection::default() };
        let created = connections.create(&new).await.unwrap();
        assert_eq!((created.name.as_str(), created.vendor, created.state), ("entra-id", Vendor::Entra, ConnectionState::Live));
        let paused = ConnectionChange { state: Some(ConnectionState::Paused), ..ConnectionChange::default() };
        assert_eq!(connections.change("entra-id", &paused).await.unwrap().state, ConnectionState::Paused);
        assert_eq!(connections.list().await.unwrap().len(), 2);
        assert!(connections.get("nobody").await.unwrap().is_none());
        assert!(connections.create(&new).await.unwrap_err().to_string().contains("entra-id"));
    }
}
