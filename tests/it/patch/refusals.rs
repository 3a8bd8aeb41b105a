//! What no PATCH may ask for, and the `scimType` of RFC 7644 for each refusal.

use serde_json::{Value, json};

use super::ava;
use crate::{
    on_each_database,
    world::{PATCH_OP, World},
};

async fn refused(world: &World, operation: Value, scim_type: &str) {
    let id = match world.ids("/Users", r#"userName eq "ava@x.y""#).await.pop() {
        Some(id) => id,
        None => ava(world).await,
    };
    let answer = world.patch(&format!("/Users/{id}"), json!([operation])).await;
    assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!(scim_type)), "{operation}: {}", answer.text);
}

on_each_database! {
    async fn a_path_outside_the_grammar_is_an_invalid_path(world: World) {
        for path in [
            "emails[type eq \"work\"",
            "name..givenName",
            "name.given.x",
            "1title",
            "a b",
            "title[value eq 1]",
            "emails[type eq \"work\"]value",
        ] {
            refused(world, json!({ "op": "replace", "path": path, "value": "x" }), "invalidPath").await;
        }
        refused(world, json!({ "op": "replace", "path": 7, "value": "x" }), "invalidPath").await;
    }

    async fn a_broken_filter_in_a_path_is_an_invalid_filter(world: World) {
        for path in [
            "emails[type zz \"work\"].value",
            "emails[type co work].value",
            "emails[].value",
            "emails[colour eq \"red\"].value",
            "emails[primary gt true].value",
        ] {
            refused(world, json!({ "op": "replace", "path": path, "value": "x" }), "invalidFilter").await;
        }
    }

    async fn remove_without_a_path_has_no_target(world: World) {
        refused(world, json!({ "op": "remove" }), "noTarget").await;
        refused(world, json!({ "op": "remove", "value": { "title": "x" } }), "noTarget").await;
    }

    async fn a_value_that_does_not_fit_is_an_invalid_value(world: World) {
        for operation in [
            json!({ "op": "add", "path": "title" }),
            json!({ "op": "add" }),
            json!({ "op": "replace", "value": "x" }),
            json!({ "op": "replace", "value": [{ "title": "x" }] }),
            json!({ "op": "replace", "path": "active", "value": "maybe" }),
            json!({ "op": "replace", "path": "active", "value": 1 }),
            json!({ "op": "replace", "path": "title", "value": { "a": 1 } }),
            json!({ "op": "replace", "path": "title", "value": ["a", "b"] }),
            json!({ "op": "replace", "path": "name", "value": "Ava" }),
            json!({ "op": "replace", "path": "emails", "value": 5 }),
            json!({ "op": "replace", "path": "userName", "value": "" }),
            json!({ "op": "replace", "value": { "active": "maybe" } }),
        ] {
            refused(world, operation, "invalidValue").await;
        }
    }

    async fn an_operation_needs_an_op_that_is_known(world: World) {
        for operation in [
            json!({ "path": "title", "value": "x" }),
            json!({ "op": "move", "path": "title" }),
            json!({ "op": 1 }),
            json!("add"),
            json!(null),
        ] {
            refused(world, operation, "invalidSyntax").await;
        }
    }

    async fn a_message_needs_operations(world: World) {
        let id = ava(world).await;
        for body in [
            json!({}),
            json!({ "schemas": [PATCH_OP] }),
            json!({ "Operations": {} }),
            json!({ "Operations": null }),
            json!({ "title": "x" }),
        ] {
            let answer = world.call(
                fleet_scim::poem::http::Method::PATCH, &format!("/Users/{id}"), Some(body.clone()),
            ).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidSyntax")), "{body}");
        }
    }

    async fn the_refusal_says_which_attribute(world: World) {
        let id = ava(world).await;
        for (path, value) in [("active", json!("maybe")), ("name.givenName", json!({})), ("title", json!(["a", "b"]))] {
            let operations = json!([{ "op": "replace", "path": path, "value": value }]);
            let answer = world.patch(&format!("/Users/{id}"), operations).await;
            assert!(answer.detail().contains(path), "{}", answer.detail());
        }
    }

    async fn an_extension_without_the_attribute_behind_the_colon_is_not_the_extension(world: World) {
        for op in ["remove", "replace"] {
            for separator in [":", "."] {
                let path = format!("{}{separator}", crate::world::ENTERPRISE);
                refused(world, json!({ "op": op, "path": path, "value": null }), "invalidPath").await;
            }
        }
    }
}
