//! `remove`.

use serde_json::json;

use super::{ava, patched};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

on_each_database! {
    async fn remove_unassigns_a_simple_attribute(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "Remove", "path": "title" },
            { "op": "remove", "path": "externalId" },
            { "op": "remove", "path": "nickName" },
        ])).await;
        assert!(user.get("title").is_none() && user.get("externalId").is_none());
    }

    async fn remove_takes_a_sub_attribute_or_the_whole(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": "name.formatted" }])).await;
        assert_eq!(user["name"], json!({ "givenName": "Ava", "familyName": "Stone" }));
        let user = patched(world, &id, json!([{ "op": "remove", "path": "name" }])).await;
        assert!(user.get("name").is_none());
    }

    async fn remove_takes_the_values_a_filter_matches(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails[type eq \"work\"]" }])).await;
        assert_eq!(user["emails"], json!([{ "value": "ava@home.y", "type": "home" }]));
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails[type eq \"fax\"]" }])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 1);
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails[value co \"home\"]" }])).await;
        assert!(user.get("emails").is_none());
    }

    async fn remove_takes_a_sub_attribute_of_the_values_a_filter_matches(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails[type eq \"work\"].display" }])).await;
        assert_eq!(user["emails"][0], json!({ "value": "ava@work.y", "type": "work", "primary": true }));
    }

    async fn remove_of_the_value_takes_what_says_nothing_without_it(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails[type eq \"home\"].value" }])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 1);
    }

    async fn remove_takes_all_values_or_those_it_names(world: World) {
        let id = ava(world).await;
        let named = json!([{ "value": "ava@home.y" }]);
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails", "value": named }])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 1);
        assert_eq!(user["emails"][0]["value"], "ava@work.y");
        let user = patched(world, &id, json!([{ "op": "remove", "path": "emails" }])).await;
        assert!(user.get("emails").is_none());
    }

    async fn remove_takes_extension_attributes_and_whole_extensions(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "remove", "path": format!("{ENTERPRISE}:department") }])).await;
        assert!(user[ENTERPRISE].get("department").is_none());
        assert_eq!(user[ENTERPRISE]["costCenter"], "7");
        let user = patched(world, &id, json!([{ "op": "remove", "path": ENTERPRISE }])).await;
        assert!(user.get(ENTERPRISE).is_none());
        assert_eq!(user["schemas"], json!([USER]));
    }

    async fn an_extension_goes_with_its_last_attribute(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "remove", "path": format!("{ENTERPRISE}:department") },
            { "op": "remove", "path": format!("{ENTERPRISE}:costCenter") },
            { "op": "remove", "path": format!("{ENTERPRISE}:manager") },
        ])).await;
        assert!(user.get(ENTERPRISE).is_none());
        assert_eq!(user["schemas"], json!([USER]));
    }

    async fn what_is_not_there_is_removed_already(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let user = patched(world, &id, json!([
            { "op": "remove", "path": "nickName" },
            { "op": "remove", "path": "name.middleName" },
            { "op": "remove", "path": "photos" },
            { "op": "remove", "path": "photos[type eq \"photo\"]" },
            { "op": "remove", "path": "urn:okta:acme:1.0:user:custom:badge" },
        ])).await;
        assert_eq!(user, before);
    }

    async fn a_required_attribute_cannot_be_removed(world: World) {
        // RFC 7644 section 3.5.2.2: removing a required attribute is answered with `mutability`.
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": "userName" }])).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("mutability")), "{}", answer.text);
        assert!(answer.detail().contains("userName"));
        assert_eq!(world.get(&format!("/Users/{id}")).await.body, before);
    }
}
