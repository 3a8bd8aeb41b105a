//! Value paths: one value of a multi-valued attribute.

use serde_json::json;

use super::{ava, patched};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_value_path_changes_the_value_it_matches(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@work.y" },
            { "op": "add", "path": "emails[type eq \"home\"].display", "value": "Home" },
        ])).await;
        assert_eq!(user["emails"], json!([
            { "value": "new@work.y", "type": "work", "primary": true, "display": "Work" },
            { "value": "ava@home.y", "type": "home", "display": "Home" },
        ]));
    }

    async fn a_value_path_without_a_match_makes_the_value(world: World) {
        for op in ["add", "replace"] {
            let id = ava(world).await;
            let user = patched(world, &id, json!([
                { "op": op, "path": "phoneNumbers[type eq \"mobile\"].value", "value": "555 0101" },
            ])).await;
            assert_eq!(user["phoneNumbers"], json!([{ "type": "mobile", "value": "555 0101" }]), "{op}");
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
    }

    async fn several_operations_with_one_filter_make_one_value(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "Add", "path": "addresses[type eq \"work\"].streetAddress", "value": "1 Main St" },
            { "op": "Add", "path": "addresses[type eq \"work\"].locality", "value": "Springfield" },
            { "op": "Add", "path": "addresses[type eq \"work\"].Formatted", "value": "1 Main St, Springfield" },
            { "op": "Add", "path": "addresses[type eq \"other\"].locality", "value": "Shelbyville" },
        ])).await;
        assert_eq!(user["addresses"], json!([
            {
                "type": "work",
                "streetAddress": "1 Main St",
                "locality": "Springfield",
                "formatted": "1 Main St, Springfield",
            },
            { "type": "other", "locality": "Shelbyville" },
        ]));
    }

    async fn a_filter_of_two_comparisons_makes_a_value_that_meets_both(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "roles[type eq \"app\" and primary eq true].value", "value": "auditor" },
        ])).await;
        assert_eq!(user["roles"], json!([{ "type": "app", "primary": true, "value": "auditor" }]));
    }

    async fn a_filter_that_implies_no_value_and_matches_none_has_no_target(world: World) {
        let id = ava(world).await;
        for path in ["emails[type ne \"work\" and type ne \"home\"].value", "phoneNumbers[value sw \"555\"].display"] {
            let operations = json!([{ "op": "replace", "path": path, "value": "x@x.y" }]);
            let answer = world.patch(&format!("/Users/{id}"), operations).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("noTarget")), "{path}");
        }
    }

    async fn every_value_that_matches_is_changed(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "emails[value ew \".y\"].display", "value": "D" },
            { "op": "replace", "path": "emails.type", "value": "other" },
        ])).await;
        assert_eq!(user["emails"], json!([
            { "value": "ava@work.y", "type": "other", "primary": true, "display": "D" },
            { "value": "ava@home.y", "type": "other", "display": "D" },
        ]));
    }

    async fn replace_with_a_filter_alone_replaces_the_whole_value(world: World) {
        // "All matching record values SHALL be replaced": RFC 7644 section 3.5.2.3.
        let id = ava(world).await;
        let value = json!({ "value": "new@work.y", "type": "work" });
        let user = patched(
            world, &id, json!([{ "op": "replace", "path": "emails[type eq \"work\"]", "value": value }]),
        ).await;
        assert_eq!(user["emails"], json!([
            { "value": "new@work.y", "type": "work" },
            { "value": "ava@home.y", "type": "home" },
        ]));
    }

    async fn add_with_a_filter_alone_adds_to_the_value(world: World) {
        let id = ava(world).await;
        let value = json!({ "display": "Home" });
        let user = patched(
            world, &id, json!([{ "op": "add", "path": "emails[type eq \"home\"]", "value": value }]),
        ).await;
        assert_eq!(user["emails"][1], json!({ "value": "ava@home.y", "type": "home", "display": "Home" }));
    }

    async fn one_value_is_primary_after_a_value_path(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true },
        ])).await;
        assert_eq!((&user["emails"][0]["primary"], &user["emails"][1]["primary"]), (&json!(false), &json!(true)));
    }

    async fn a_filter_may_hold_a_bracket_and_a_quote(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "add", "path": "roles[display eq \"a]b\\\"c\"].value", "value": "odd" },
        ])).await;
        assert_eq!(user["roles"], json!([{ "display": "a]b\"c", "value": "odd" }]));
    }

    async fn a_value_may_come_after_its_primary(world: World) {
        for operations in [
            json!([
                { "op": "add", "path": "emails[type eq \"other\"].primary", "value": true },
                { "op": "add", "path": "emails[type eq \"other\"].value", "value": "ava@other.y" },
            ]),
            json!([{ "op": "replace", "value": {
                "emails[type eq \"other\"].primary": "True", "emails[type eq \"other\"].value": "ava@other.y",
            } }]),
        ] {
            let id = ava(world).await;
            let user = patched(world, &id, operations).await;
            assert_eq!(user["emails"], json!([
                { "value": "ava@work.y", "type": "work", "primary": false, "display": "Work" },
                { "value": "ava@home.y", "type": "home" },
                { "value": "ava@other.y", "type": "other", "primary": true },
            ]));
            world.delete(&format!("/Users/{id}")).await;
        }
        let created = world.created("/Users", json!({
            "userName": "sam@x.y", "emails[type eq \"work\"].primary": true, "emails[type eq \"work\"].value": "sam@work.y",
        })).await;
        let emails = world.get(&format!("/Users/{created}")).await.body["emails"].clone();
        assert_eq!(emails, json!([{ "type": "work", "primary": true, "value": "sam@work.y" }]));
    }

    async fn a_primary_without_a_value_takes_nothing_from_another(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for op in ["add", "replace"] {
            let user = patched(world, &id, json!([{ "op": op, "path": "emails[type eq \"other\"].primary", "value": true }])).await;
            assert_eq!(user, before, "{op}");
        }
    }

    async fn a_value_that_is_set_anew_stays_primary(world: World) {
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": null },
            { "op": "add", "path": "emails[type eq \"work\"].value", "value": "new@work.y" },
        ])).await;
        assert_eq!(user["emails"][0], json!({ "value": "new@work.y", "type": "work", "primary": true, "display": "Work" }));
    }

    async fn blanks_may_stand_beside_the_brackets(world: World) {
        let id = ava(world).await;
        for (path, value) in [("emails [type eq \"work\"].value", "a@x.y"), ("emails[type eq \"work\"] .value", "b@x.y")] {
            let user = patched(world, &id, json!([{ "op": "replace", "path": path, "value": value }])).await;
            assert_eq!(user["emails"][0]["value"], value, "{path}");
        }
    }

    async fn a_claim_without_a_value_undoes_no_other_claim(world: World) {
        let claim = json!({ "op": "replace", "path": "emails[type eq \"home\"].primary", "value": true });
        let emails = json!([{ "value": "a@x.y", "type": "work", "primary": true }, { "value": "c@x.y", "type": "other" }]);
        let primary = |path: &str, value: bool| json!({ "op": "replace", "path": path, "value": value });
        for (before, operations, expected) in [
            (&emails, vec![primary("emails[type eq \"other\"].primary", true), claim.clone()], Some("c@x.y")),
            (&emails, vec![primary("emails[type eq \"work\"].primary", false), claim.clone()], None),
            (&emails, vec![json!({ "op": "add", "path": "emails", "value": [{ "value": "n@x.y", "primary": true }] }), claim.clone()], Some("n@x.y")),
            (&emails, vec![json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@x.y" }), claim.clone()], Some("b@x.y")),
            (&emails, vec![json!({ "op": "replace", "path": "emails", "value": [{ "value": "a@x.y" }] }), claim.clone()], None),
            (&emails, vec![claim.clone(), primary("emails[type eq \"home\"].primary", false)], Some("a@x.y")),
            (&emails, vec![claim.clone(), json!({ "op": "remove", "path": "emails[type eq \"home\"]" })], Some("a@x.y")),
            (&json!([]), vec![json!({ "op": "add", "path": "emails", "value": [{ "value": "a@x.y", "primary": true }] }), claim.clone()], Some("a@x.y")),
            // The first claim gets its value only after another claim, and does not win over it.
            (&emails, vec![
                claim.clone(), primary("emails[type eq \"other\"].primary", true),
                json!({ "op": "add", "path": "emails[type eq \"home\"].value", "value": "h@x.y" }),
            ], Some("c@x.y")),
        ] {
            let id = world.created("/Users", json!({ "userName": "ava@x.y", "emails": before })).await;
            let user = patched(world, &id, json!(operations)).await;
            let primaries = user["emails"].as_array().unwrap().iter().filter(|email| email["primary"] == true);
            let primaries: Vec<&str> = primaries.map(|email| email["value"].as_str().unwrap()).collect();
            assert_eq!(primaries, expected.into_iter().collect::<Vec<_>>(), "{}", json!(operations));
            world.delete(&format!("/Users/{id}")).await;
        }
        let addresses = json!([
            { "type": "work", "streetAddress": "A" }, { "type": "work", "streetAddress": "B", "primary": true },
        ]);
        let id = world.created("/Users", json!({ "userName": "sam@x.y", "addresses": addresses })).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(patched(world, &id, json!([primary("addresses[type eq \"home\"].primary", true)])).await, before);
        let posted = world.post("/Users", json!({
            "userName": "kim@x.y", "emails": [{ "value": "a@x.y", "primary": true }], "emails[type eq \"home\"].primary": true,
        })).await;
        assert_eq!(posted.body["emails"], json!([{ "value": "a@x.y", "primary": true }]));
    }

    async fn the_primary_one_is_one_that_says_something(world: World) {
        let claim = json!({ "op": "add", "path": "emails[type eq \"other\"].primary", "value": true });
        let id = ava(world).await;
        let user = patched(world, &id, json!([
            claim, { "op": "replace", "path": "emails[primary eq true].value", "value": "new@work.y" },
        ])).await;
        assert_eq!(user["emails"], json!([
            { "value": "new@work.y", "type": "work", "primary": true, "display": "Work" },
            { "value": "ava@home.y", "type": "home" },
        ]));
        let user = patched(world, &id, json!([claim, { "op": "remove", "path": "emails[primary eq true]" }])).await;
        assert_eq!(user["emails"], json!([{ "value": "ava@home.y", "type": "home" }]));
    }
}
