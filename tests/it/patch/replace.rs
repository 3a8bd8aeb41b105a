//! `replace`, and which values unassign an attribute.

use serde_json::json;

use super::{ava, patched};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn replace_changes_a_simple_attribute(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "title", "value": "Director" },
            { "op": "replace", "path": "nickName", "value": "Avie" },
            { "op": "replace", "path": "externalId", "value": "00u2" },
        ])).await;
        assert_eq!(
            (&user["title"], &user["nickName"], &user["externalId"]),
            (&json!("Director"), &json!("Avie"), &json!("00u2")),
        );
    }

    async fn replace_of_a_complex_attribute_keeps_what_it_does_not_name(world: World) {
        let id = ava(world).await;
        let value = json!({ "givenName": "Eva", "formatted": null });
        let user = patched(world, &id, json!([{ "op": "replace", "path": "name", "value": value }])).await;
        assert_eq!(user["name"], json!({ "givenName": "Eva", "familyName": "Stone" }));
    }

    async fn replace_of_a_multi_valued_attribute_replaces_all_values(world: World) {
        let id = ava(world).await;
        let user = patched(
            world, &id, json!([{ "op": "replace", "path": "emails", "value": [{ "value": "new@x.y" }] }]),
        ).await;
        assert_eq!(user["emails"], json!([{ "value": "new@x.y" }]));
    }

    async fn null_and_nothing_unassign(world: World) {
        for value in [json!(null), json!("")] {
            let id = ava(world).await;
            let user = patched(world, &id, json!([
                { "op": "replace", "path": "title", "value": value },
                { "op": "replace", "path": "externalId", "value": value },
                { "op": "replace", "path": "name.familyName", "value": value },
                { "op": "replace", "path": "name.formatted", "value": value },
                { "op": "replace", "path": "emails[type eq \"home\"].value", "value": value },
            ])).await;
            assert!(user.get("title").is_none() && user.get("externalId").is_none(), "{user}");
            assert_eq!(user["name"], json!({ "givenName": "Ava" }), "{value}");
            assert_eq!(user["emails"].as_array().unwrap().len(), 1, "{user}");
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
    }

    async fn null_and_an_empty_list_unassign_all_values(world: World) {
        for value in [json!(null), json!([])] {
            let id = ava(world).await;
            let user = patched(world, &id, json!([{ "op": "replace", "path": "emails", "value": value }])).await;
            assert!(user.get("emails").is_none(), "{value}");
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
    }

    async fn a_complex_attribute_goes_with_its_last_sub_attribute(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "name", "value": { "givenName": null, "familyName": null, "formatted": "" } },
        ])).await;
        assert!(user.get("name").is_none());
    }

    async fn booleans_may_be_texts(world: World) {
        let id = ava(world).await;
        for (text, active) in [("False", false), ("True", true), ("false", false), ("true", true)] {
            let user = patched(world, &id, json!([{ "op": "Replace", "path": "active", "value": text }])).await;
            assert_eq!(user["active"], active, "{text}");
        }
        let user = patched(world, &id, json!([
            { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "auditor" },
            { "op": "Add", "path": "roles[primary eq \"True\"].type", "value": "app" },
        ])).await;
        assert_eq!(user["roles"], json!([{ "primary": true, "value": "auditor", "type": "app" }]));
    }

    async fn the_user_name_can_be_changed_and_its_old_one_is_free(world: World) {
        let id = ava(world).await;
        let user = patched(
            world, &id, json!([{ "op": "replace", "path": "userName", "value": "Ava.Steel@x.y" }]),
        ).await;
        assert_eq!(user["userName"], "Ava.Steel@x.y");
        assert_eq!(world.ids("/Users", r#"userName eq "ava.steel@x.y""#).await, [id]);
        world.user("ava@x.y").await;
    }

    async fn the_spelling_of_a_user_name_can_be_changed(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "replace", "path": "userName", "value": "AVA@X.Y" }])).await;
        assert_eq!(user["userName"], "AVA@X.Y");
    }

    async fn a_user_name_that_another_has_is_refused_and_nothing_changes(world: World) {
        let id = ava(world).await;
        world.user("sam@x.y").await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let answer = world.patch(&format!("/Users/{id}"), json!([
            { "op": "replace", "path": "title", "value": "Director" },
            { "op": "replace", "path": "userName", "value": "SAM@x.y" },
        ])).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.get(&format!("/Users/{id}")).await.body, before);
    }
}
