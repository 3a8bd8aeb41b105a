//! `add` on simple, complex and multi-valued attributes.

use serde_json::json;

use super::{ava, patched};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn add_gives_a_simple_attribute_a_value(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "nickName", "value": "Avie" },
            { "op": "add", "path": "title", "value": "Director" },
        ])).await;
        assert_eq!((&user["nickName"], &user["title"]), (&json!("Avie"), &json!("Director")));
    }

    async fn add_to_a_complex_attribute_keeps_what_it_does_not_name(world: World) {
        let id = ava(world).await;
        let user = patched(
            world, &id, json!([{ "op": "add", "path": "name", "value": { "familyName": "Steel" } }]),
        ).await;
        assert_eq!(user["name"], json!({ "givenName": "Ava", "familyName": "Steel", "formatted": "Ava Stone" }));
    }

    async fn add_reaches_a_sub_attribute(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([{ "op": "add", "path": "name.middleName", "value": "Jane" }])).await;
        assert_eq!(user["name"]["middleName"], "Jane");
        assert_eq!(user["name"]["givenName"], "Ava");
    }

    async fn add_appends_values(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "emails", "value": [{ "value": "a@other.y", "type": "other" }] },
            { "op": "add", "path": "phoneNumbers", "value": { "value": "555 0100", "type": "work" } },
        ])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 3);
        assert_eq!(user["emails"][2], json!({ "value": "a@other.y", "type": "other" }));
        assert_eq!(user["phoneNumbers"], json!([{ "value": "555 0100", "type": "work" }]));
    }

    async fn add_of_a_value_that_is_there_adds_nothing(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let again = json!([{ "op": "add", "path": "emails", "value": [{ "value": "AVA@home.y", "type": "home" }] }]);
        assert_eq!(patched(world, &id, again).await, before);
    }

    async fn a_value_that_is_there_can_be_made_primary_and_stays_one_value(world: World) {
        let id = ava(world).await;
        let claim = json!([{ "value": "ava@home.y", "type": "home", "primary": true }]);
        let user = patched(world, &id, json!([{ "op": "add", "path": "emails", "value": claim }])).await;
        let emails = user["emails"].as_array().unwrap();
        let homes: Vec<_> = emails.iter().filter(|email| email["value"] == "ava@home.y").collect();
        assert_eq!(homes.len(), 1, "{emails:?}");
        assert_eq!(homes[0]["primary"], true);
        assert_eq!(emails.iter().filter(|email| email["primary"] == true).count(), 1);
    }

    async fn a_new_primary_value_takes_the_place_of_the_old(world: World) {
        let id = ava(world).await;
        let value = json!([{ "value": "new@x.y", "type": "other", "primary": true }]);
        let user = patched(world, &id, json!([{ "op": "add", "path": "emails", "value": value }])).await;
        assert_eq!(user["emails"][0]["primary"], false);
        assert_eq!(user["emails"][2]["primary"], true);
    }

    async fn a_value_of_another_type_is_another_value(world: World) {
        let id = ava(world).await;
        let value = json!([{ "value": "ava@home.y", "type": "other" }]);
        let user = patched(world, &id, json!([{ "op": "add", "path": "emails", "value": value }])).await;
        assert_eq!(user["emails"].as_array().unwrap().len(), 3);
    }

    async fn names_in_a_path_are_known_in_any_case(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "Add", "path": "NICKNAME", "value": "Avie" },
            { "OP": "ADD", "PATH": "Name.GivenName", "VALUE": "Eva" },
            { "op": "Replace", "path": "Emails[Type EQ \"WORK\"].Value", "value": "eva@work.y" },
        ])).await;
        assert_eq!((&user["nickName"], &user["name"]["givenName"]), (&json!("Avie"), &json!("Eva")));
        assert_eq!(user["emails"][0]["value"], "eva@work.y");
    }

    async fn a_path_may_begin_with_the_core_urn(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:nickName", "value": "Avie" },
            { "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "value": "Eva" },
            {
                "op": "add",
                "path": "urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq \"home\"].display",
                "value": "H",
            },
        ])).await;
        assert_eq!((&user["nickName"], &user["name"]["givenName"]), (&json!("Avie"), &json!("Eva")));
        assert_eq!(user["emails"][1]["display"], "H");
    }
}
