//! What old clients send in a PATCH, and the only thing that each can mean.

use serde_json::{Value, json};

use crate::{on_each_database, world::World};

fn operation(op: &str, path: &str, value: Value) -> Value {
    json!([{ "op": op, "path": path, "value": value }])
}

on_each_database! {
    async fn a_wrapped_value_is_that_value(world: World) {
        let user = format!("/Users/{}", world.user("ava@x.y").await);
        let group = format!("/Groups/{}", world.group("g", &[]).await);
        let wrapped = |value: Value| json!([{ "$ref": null, "value": value }]);
        for (path, attribute, value, is) in [
            (&user, "active", json!("False"), json!(false)),
            (&user, "title", json!("Dr"), json!("Dr")),
            (&user, "userName", json!("eva@x.y"), json!("eva@x.y")),
            (&group, "displayName", json!("renamed"), json!("renamed")),
        ] {
            let answer = world.patch(path, operation("Replace", attribute, wrapped(value))).await;
            assert_eq!((answer.status, &answer.body[attribute]), (200, &is), "{}", answer.text);
        }
        let name = world.patch(&user, operation("replace", "name.familyName", wrapped(json!("Hansen")))).await;
        assert_eq!(name.body["name"]["familyName"], "Hansen", "{}", name.text);
        let put = world.put(&user, json!({ "userName": "eva@x.y", "active": wrapped(json!("True")), "title": { "value": "Prof" } })).await;
        assert_eq!((&put.body["active"], &put.body["title"]), (&json!(true), &json!("Prof")), "{}", put.text);
        for wrong in [json!([{ "text": "x" }]), json!([{ "value": { "a": 1 } }]), json!([{ "value": "a" }, { "value": "b" }])] {
            let refused = world.patch(&user, operation("replace", "title", wrong)).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")), "{}", refused.text);
        }
    }

    async fn a_missing_primary_is_false_where_values_are_removed(world: World) {
        let emails = json!([{ "value": "a@x.y", "type": "work", "primary": true }, { "value": "b@x.y", "type": "home" }]);
        let user = format!("/Users/{}", world.created("/Users", json!({ "userName": "ava@x.y", "emails": emails })).await);
        let named = |value: &str, primary: bool| json!([{ "value": value, "primary": primary }]);
        for (value, primary, left) in [("a@x.y", false, 2), ("b@x.y", true, 2), ("b@x.y", false, 1), ("a@x.y", true, 0)] {
            let answer = world.patch(&user, operation("remove", "emails", named(value, primary))).await;
            assert_eq!(answer.body["emails"].as_array().map_or(0, Vec::len), left, "{value} {primary}");
        }
    }

    async fn an_empty_text_is_no_value_of_a_list(world: World) {
        let phones = json!([{ "value": "1", "type": "work" }]);
        let user = world.created("/Users", json!({ "userName": "ava@x.y", "phoneNumbers": phones })).await;
        let path = format!("/Users/{user}");
        for op in ["remove", "replace"] {
            let cleared = world.patch(&path, operation(op, "phoneNumbers", json!(""))).await;
            assert_eq!((cleared.status, cleared.body.get("phoneNumbers")), (200, None), "{op}");
            let there = world.patch(&path, operation("add", "phoneNumbers", phones.clone())).await;
            let same = world.patch(&path, operation("add", "phoneNumbers", json!(""))).await;
            assert_eq!((&same.body["phoneNumbers"], same.status), (&there.body["phoneNumbers"], 200));
        }
        let put = world.put(&path, json!({ "userName": "ava@x.y", "phoneNumbers": "" })).await;
        assert_eq!((put.status, put.body.get("phoneNumbers")), (200, None));
        let group = world.group("g", &[&user]).await;
        let path = format!("/Groups/{group}");
        for op in ["remove", "replace"] {
            let cleared = world.patch(&path, operation(op, "members", json!(""))).await;
            assert_eq!((cleared.status, &cleared.body["members"]), (200, &json!([])), "{op}");
            let added = world.patch(&path, operation("add", "members", json!([{ "value": user }]))).await;
            let same = world.patch(&path, operation("add", "members", json!(""))).await;
            assert_eq!((&added.body["members"], same.status), (&same.body["members"], 200), "{}", same.text);
        }
        let put = world.put(&path, json!({ "displayName": "g", "members": "" })).await;
        assert_eq!((put.status, &put.body["members"]), (200, &json!([])));
        assert_eq!(world.post("/Groups", json!({ "displayName": "h", "members": "" })).await.status, 201);
    }

    async fn a_member_is_added_by_the_filter_that_names_it(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let group = format!("/Groups/{}", world.group("g", &[]).await);
        let path = |id: &str| format!("members[value eq \"{id}\"]");
        let first = world.patch(&group, json!([{ "op": "add", "path": path(&ava) }])).await;
        assert_eq!((first.status, first.body["members"].as_array().map(Vec::len)), (200, Some(1)), "{}", first.text);
        let second = world.patch(&group, operation("add", &path(&sam), json!({}))).await;
        assert_eq!(second.body["members"].as_array().map(Vec::len), Some(2), "{}", second.text);
        for (path, value) in [(path(&ava), json!({ "display": "x" })), ("members[type eq \"User\"]".to_owned(), Value::Null)] {
            let refused = world.patch(&group, operation("add", &path, value)).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("mutability")), "{}", refused.text);
        }
    }

    async fn a_filter_that_names_the_value_creates_none(world: World) {
        let user = format!("/Users/{}", world.user("ava@x.y").await);
        for path in ["emails[value eq \"no@x.y\"].display", "emails[type eq \"work\" and value eq \"no@x.y\"].type", "emails[value eq \"no@x.y\"]"] {
            let value = if path.ends_with(']') { json!({ "display": "x" }) } else { json!("x") };
            let refused = world.patch(&user, operation("replace", path, value)).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("noTarget")), "{path}: {}", refused.text);
        }
        let made = world.patch(&user, operation("replace", "emails[type eq \"work\"].value", json!("a@x.y"))).await;
        assert_eq!(made.body["emails"], json!([{ "type": "work", "value": "a@x.y" }]), "{}", made.text);
        let kept = world.patch(&user, operation("replace", "emails[value eq \"a@x.y\"]", json!({ "display": "A" }))).await;
        assert_eq!(kept.body["emails"], json!([{ "value": "a@x.y", "display": "A" }]), "what is replaced still matches");
    }
}
