//! The enterprise extension and unregistered ones, in every spelling that clients send.

use serde_json::json;

use super::{ava, patched};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

const OKTA: &str = "urn:okta:acme:1.0:user:custom";

on_each_database! {
    async fn a_department_is_reached_by_four_spellings(world: World) {
        let id = ava(world).await;
        let paths = [
            format!("{ENTERPRISE}:department"),
            format!("{ENTERPRISE}.department"),
            format!("{}:DEPARTMENT", ENTERPRISE.to_uppercase()),
            "department".to_owned(),
        ];
        for path in paths {
            let user = patched(world, &id, json!([{ "op": "replace", "path": path, "value": path }])).await;
            assert_eq!(user[ENTERPRISE]["department"], path);
            assert_eq!(user[ENTERPRISE]["costCenter"], "7");
        }
    }

    async fn a_manager_may_be_written_in_three_ways(world: World) {
        let id = ava(world).await;
        for value in [json!("9"), json!({ "value": "9" }), json!([{ "$ref": "../Users/9", "value": "9" }])] {
            for path in [format!("{ENTERPRISE}:manager"), "manager".to_owned()] {
                let user = patched(world, &id, json!([{ "op": "add", "path": path, "value": value }])).await;
                assert_eq!(user[ENTERPRISE]["manager"]["value"], "9", "{value}");
            }
        }
        let path = format!("{ENTERPRISE}:manager.value");
        let user = patched(world, &id, json!([{ "op": "replace", "path": path, "value": "10" }])).await;
        assert_eq!(user[ENTERPRISE]["manager"]["value"], "10");
    }

    async fn a_new_manager_does_not_keep_the_link_to_the_old(world: World) {
        let id = ava(world).await;
        let path = format!("{ENTERPRISE}:manager");
        let user = patched(world, &id, json!([{ "op": "replace", "path": path, "value": "9" }])).await;
        assert_eq!(user[ENTERPRISE]["manager"], json!({ "value": "9" }));
    }

    async fn a_manager_is_cleared_in_five_ways(world: World) {
        let path = format!("{ENTERPRISE}:manager");
        for operation in [
            json!({ "op": "replace", "path": path, "value": "" }),
            json!({ "op": "replace", "path": path, "value": { "value": "" } }),
            json!({ "op": "replace", "path": path, "value": null }),
            json!({ "op": "remove", "path": path }),
            json!({ "op": "replace", "value": { ENTERPRISE: { "manager": null } } }),
        ] {
            let id = ava(world).await;
            let user = patched(world, &id, json!([operation])).await;
            assert_eq!(user[ENTERPRISE], json!({ "department": "R&D", "costCenter": "7" }), "{operation}");
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
    }

    async fn a_path_that_is_the_urn_merges_the_object(world: World) {
        let id = ava(world).await;
        let user = patched(
            world, &id, json!([{ "op": "add", "path": ENTERPRISE, "value": { "division": "North" } }]),
        ).await;
        assert_eq!((&user[ENTERPRISE]["division"], &user[ENTERPRISE]["department"]), (&json!("North"), &json!("R&D")));
    }

    async fn an_unregistered_extension_is_patched_by_path_and_by_key(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": format!("{OKTA}:badge"), "value": "B-7" },
            { "op": "add", "value": { OKTA: { "floor": 3 } } },
            { "op": "replace", "value": { format!("{OKTA}:remote"): true } },
        ])).await;
        assert_eq!(user[OKTA], json!({ "badge": "B-7", "floor": 3, "remote": true }));
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE, OKTA]));
        assert_eq!(world.ids("/Users", &format!("{OKTA}:badge eq \"b-7\"")).await, [id.as_str()]);
        let user = patched(world, &id, json!([
            { "op": "replace", "path": format!("{OKTA}:BADGE"), "value": "B-8" },
            { "op": "remove", "path": format!("{OKTA}:floor") },
            { "op": "replace", "value": { OKTA: { "remote": null } } },
        ])).await;
        assert_eq!(user[OKTA], json!({ "badge": "B-8" }));
        assert!(world.ids("/Users", &format!("{OKTA}:badge eq \"b-7\"")).await.is_empty());
        let user = patched(world, &id, json!([{ "op": "remove", "path": OKTA }])).await;
        assert!(user.get(OKTA).is_none());
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
    }

    async fn a_changed_department_is_found_by_its_new_value_alone(world: World) {
        let id = ava(world).await;
        patched(world, &id, json!([{ "op": "replace", "path": "department", "value": "Sales" }])).await;
        assert_eq!(world.ids("/Users", r#"department eq "sales""#).await, [id]);
        assert!(world.ids("/Users", r#"department eq "r&d""#).await.is_empty());
    }

    async fn a_manager_is_cleared_by_an_empty_value_in_brackets_too(world: World) {
        for nothing in [
            json!([{ "$ref": "http://x/Users/1", "value": "" }]),
            json!([{ "$ref": "http://x/Users/1", "value": null }]),
            json!([]),
            json!([{ "value": "" }]),
        ] {
            let id = ava(world).await;
            let user = patched(world, &id, json!([{ "op": "replace", "path": "manager", "value": nothing }])).await;
            assert_eq!(user[ENTERPRISE].get("manager"), None, "{nothing}");
            world.delete(&format!("/Users/{id}")).await;
        }
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "replace", "path": "manager", "value": 7 }])).await;
        assert_eq!(user[ENTERPRISE]["manager"], json!({ "value": "7" }));
    }

    async fn the_last_part_of_an_object_takes_the_object_with_it(world: World) {
        let id = ava(world).await;
        let custom = "urn:okta:acme:1.0:user:custom";
        patched(world, &id, json!([{ "op": "add", "value": { custom: { "desk": { "floor": 1 } } } }])).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": format!("{custom}:desk.floor") }])).await;
        assert_eq!(user.get(custom), None);
    }

    async fn an_empty_list_in_the_place_of_an_extension_changes_nothing(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for op in ["add", "replace"] {
            for operation in [
                json!({ "op": op, "path": ENTERPRISE, "value": [] }),
                json!({ "op": op, "value": { ENTERPRISE: [] } }),
            ] {
                assert_eq!(patched(world, &id, json!([operation])).await, before, "{operation}");
            }
        }
        let user = patched(world, &id, json!([{ "op": "replace", "path": ENTERPRISE, "value": [{ "department": "IT" }] }])).await;
        assert_eq!((&user[ENTERPRISE]["department"], &user[ENTERPRISE]["costCenter"]), (&json!("IT"), &json!("7")));
    }
}
