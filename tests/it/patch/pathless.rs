//! Operations without a path: the keys of their value are paths.

use serde_json::json;

use super::{ava, patched};
use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

on_each_database! {
    async fn a_value_without_a_path_changes_what_it_names(world: World) {
        for op in ["add", "replace", "Replace"] {
            let id = ava(world).await;
            let value = json!({ "title": "Director", "name": { "familyName": "Steel" }, "active": "False" });
            let user = patched(world, &id, json!([{ "op": op, "value": value }])).await;
            assert_eq!((&user["title"], &user["active"]), (&json!("Director"), &json!(false)), "{op}");
            assert_eq!(user["name"], json!({ "givenName": "Ava", "familyName": "Steel", "formatted": "Ava Stone" }));
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
    }

    async fn keys_are_paths_and_no_dotted_key_is_stored(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "replace", "value": {
            "name.familyName": "Steel",
            "Name.MiddleName": "Jane",
            "emails[type eq \"work\"].value": "new@work.y",
            format!("{ENTERPRISE}:department"): "Sales",
            format!("{ENTERPRISE}.costCenter"): "8",
            format!("{ENTERPRISE}:manager.value"): "9",
        } }])).await;
        assert_eq!((&user["name"]["familyName"], &user["name"]["middleName"]), (&json!("Steel"), &json!("Jane")));
        assert_eq!(user["emails"][0]["value"], "new@work.y");
        assert_eq!((&user[ENTERPRISE]["department"], &user[ENTERPRISE]["costCenter"]), (&json!("Sales"), &json!("8")));
        assert_eq!(user[ENTERPRISE]["manager"]["value"], "9");
        assert!(user.as_object().unwrap().keys().all(|key| key == ENTERPRISE || !key.contains(['.', ':', '['])));
    }

    async fn an_extension_object_is_merged(world: World) {
        let id = ava(world).await;
        let value = json!({ ENTERPRISE: { "department": "Sales", "division": "North", "costCenter": null } });
        let user = patched(world, &id, json!([{ "op": "replace", "value": value }])).await;
        assert_eq!(user[ENTERPRISE], json!({
            "department": "Sales", "division": "North", "manager": { "value": "1", "$ref": "../Users/1" },
        }));
    }

    async fn a_null_key_removes_on_replace_and_is_ignored_on_add(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let value = json!({ "title": null, "externalId": null, ENTERPRISE: null });
        assert_eq!(patched(world, &id, json!([{ "op": "add", "value": value }])).await, before);
        let user = patched(world, &id, json!([{ "op": "replace", "value": value }])).await;
        for gone in ["title", "externalId", ENTERPRISE] {
            assert!(user.get(gone).is_none(), "{gone}");
        }
    }

    async fn add_appends_and_replace_replaces_values(world: World) {
        let id = ava(world).await;
        let value = json!({ "emails": [{ "value": "new@x.y", "type": "other" }] });
        let user = patched(world, &id, json!([{ "op": "add", "value": value }])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 3);
        let user = patched(world, &id, json!([{ "op": "replace", "value": value }])).await;
        assert_eq!(user["emails"], value["emails"]);
    }

    async fn what_a_client_echoes_is_ignored(world: World) {
        // Okta and authentik send back the id, the schemas and an outdated meta.
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let user = patched(world, &id, json!([{ "op": "replace", "value": {
            "id": "4711", "schemas": ["urn:x:y"], "meta": { "version": "W/\"9\"" }, "groups": [{ "value": "group-9" }],
        } }])).await;
        assert_eq!(user, before);
    }

    async fn unknown_attributes_are_ignored(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let user = patched(world, &id, json!([
            { "op": "replace", "value": { "companyName": "Acme", "name.nick": "A", "not a path": 1, "emails": null } },
            { "op": "replace", "value": { "emails": before["emails"] } },
            { "op": "add", "path": "companyName", "value": "Acme" },
            { "op": "replace", "path": "name.nick", "value": "A" },
            { "op": "replace", "path": "emails[type eq \"work\"].verified", "value": true },
            { "op": "replace", "path": format!("{ENTERPRISE}:costCentre"), "value": "7" },
            { "op": "remove", "path": "companyName" },
        ])).await;
        assert_eq!(user, before);
    }

    async fn an_empty_path_is_no_path(world: World) {
        let id = ava(world).await;
        for path in [json!(""), json!(null)] {
            let title = path.to_string();
            let user = patched(
                world, &id, json!([{ "op": "replace", "path": path, "value": { "title": title } }]),
            ).await;
            assert_eq!(user["title"], title);
        }
    }
}
