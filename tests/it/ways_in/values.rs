//! Values as old and odd clients write them.

use serde_json::{Value, json};

use super::{WAYS, written};
use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World},
};

fn ava() -> Value {
    json!({ "userName": "ava@x.y", "title": "Clerk", "phoneNumbers": [{ "value": "1", "type": "work" }] })
}

on_each_database! {
    async fn a_wrapped_simple_value_is_that_value(world: World) {
        let wrapped = |value: &str| format!(r#"[{{"$ref":null,"value":{value}}}]"#);
        let (no, title, department) = (wrapped("\"False\""), wrapped("\"Dr\""), wrapped("\"R&D\""));
        let enterprise = format!(r#"{{"department":{department}}}"#);
        for key in [ENTERPRISE.to_owned(), format!("{ENTERPRISE}:department"), "department".to_owned()] {
            let value = if key == ENTERPRISE { &enterprise } else { &department };
            let pairs = [("active", no.as_str()), ("title", &title), (key.as_str(), value)];
            for user in written(world, &WAYS, "/Users", &ava(), &pairs).await {
                assert_eq!(
                    (&user.resource["active"], &user.resource["title"], &user.resource[ENTERPRISE]),
                    (&json!(false), &json!("Dr"), &json!({ "department": "R&D" })),
                    "{} {key}", user.way
                );
            }
        }
        let name = wrapped("\"Builders\"");
        for group in written(world, &["PUT", "PATCH add path", "PATCH replace path", "PATCH replace", "Bulk PUT"], "/Groups", &json!({ "displayName": "g" }), &[("displayName", &name)]).await {
            assert_eq!((group.status, &group.resource["displayName"]), (200, &json!("Builders")), "{}", group.way);
        }
        let path = format!("/Users/{}", world.user("sam@x.y").await);
        let email = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": [{ "value": "s@x.y" }] }]);
        assert_eq!(world.patch(&path, email).await.body["emails"], json!([{ "type": "work", "value": "s@x.y" }]));
    }

    async fn digits_past_64_bits_are_text_in_every_registered_attribute(world: World) {
        let digits = "110248495921238986420";
        let enterprise = format!(r#"{{"employeeNumber":{digits}}}"#);
        let pairs = [("externalId", digits), ("title", digits), (ENTERPRISE, &enterprise), ("roles", r#"[{"value":-9223372036854775809}]"#)];
        for user in written(world, &WAYS, "/Users", &ava(), &pairs).await {
            let user_of = &user.resource;
            assert_eq!((&user_of["externalId"], &user_of["title"]), (&json!(digits), &json!(digits)), "{}", user.way);
            assert_eq!(user_of[ENTERPRISE]["employeeNumber"], json!(digits), "{}", user.way);
            assert_eq!(user_of["roles"][0]["value"], "-9223372036854775809", "{}", user.way);
        }
        for group in written(world, &WAYS, "/Groups", &json!({ "displayName": "g" }), &[("externalId", digits)]).await {
            assert_eq!(group.resource["externalId"], json!(digits), "{}", group.way);
        }
    }

    async fn an_empty_text_clears_a_list(world: World) {
        for user in written(world, &["POST", "PUT", "PATCH replace path", "PATCH replace", "Bulk POST", "Bulk PUT"], "/Users", &ava(), &[("phoneNumbers", "\"\"")]).await {
            assert!(user.status < 300 && user.resource.get("phoneNumbers").is_none(), "{}: {}", user.way, user.resource);
        }
        for user in written(world, &["PATCH add path", "PATCH add"], "/Users", &ava(), &[("phoneNumbers", "\"\"")]).await {
            assert_eq!(user.resource["phoneNumbers"][0]["value"], "1", "{} adds nothing and clears nothing", user.way);
        }
        let sam = world.user("sam@x.y").await;
        let before = json!({ "displayName": "g", "members": [{ "value": sam }] });
        for group in written(world, &["POST", "PUT", "PATCH replace path", "PATCH replace", "Bulk POST", "Bulk PUT"], "/Groups", &before, &[("members", "\"\"")]).await {
            assert!(group.status < 300 && group.resource["members"] == json!([]), "{}: {}", group.way, group.resource);
        }
        for group in written(world, &["PATCH add path", "PATCH add"], "/Groups", &before, &[("members", "\"\"")]).await {
            assert_eq!(group.resource["members"][0]["value"], json!(sam), "{}", group.way);
        }
    }

    async fn the_own_urn_is_a_container(world: World) {
        for user in written(world, &WAYS, "/Users", &ava(), &[(USER, r#"{"title":"Dr","nickName":"A"}"#)]).await {
            assert_eq!((&user.resource["title"], &user.resource["nickName"]), (&json!("Dr"), &json!("A")), "{}", user.way);
            assert_eq!((user.resource.get(USER), user.resource["schemas"].as_array().unwrap().len()), (None, 1), "{}", user.way);
        }
        let sam = world.user("sam@x.y").await;
        let held = format!(r#"{{"externalId":"7","members":[{{"value":"{sam}"}}]}}"#);
        for group in written(world, &WAYS, "/Groups", &json!({ "displayName": "g" }), &[(GROUP, &held)]).await {
            assert_eq!((&group.resource["externalId"], &group.resource["members"][0]["value"]), (&json!("7"), &json!(sam)), "{}", group.way);
        }
    }

    async fn what_is_too_long_for_a_certificate_or_a_photo_is_left_out_and_said(world: World) {
        let long = "A".repeat(5000);
        let (photos, certificates) = (format!(r#"[{{"value":"{long}"}}]"#), format!(r#"[{{"value":"{long}"}},{{"value":"QQ=="}}]"#));
        let pairs = [("x509Certificates", certificates.as_str()), ("photos", &photos), ("active", "false")];
        for user in written(world, &WAYS, "/Users", &ava(), &pairs).await {
            assert!(user.status < 300, "{}: {}", user.way, user.status);
            assert_eq!((&user.resource["active"], user.resource.get("photos")), (&json!(false), None), "{}", user.way);
            assert_eq!(user.resource["x509Certificates"], json!([{ "value": "QQ==" }]), "{}", user.way);
            assert!(user.details.contains("photos") && user.details.contains("x509Certificates"), "{}: {}", user.way, user.details);
        }
    }

    async fn a_filter_that_names_the_value_creates_none_in_any_way(world: World) {
        for key in ["emails[value eq \"no@x.y\"].display", "emails[type eq \"work\" and value eq \"no@x.y\"].display"] {
            for user in written(world, &WAYS, "/Users", &ava(), &[(key, "\"x\"")]).await {
                assert_eq!((user.status, &user.scim_type), (400, &json!("noTarget")), "{} {key}", user.way);
                assert!(user.resource.get("emails").is_none(), "{}", user.way);
            }
        }
    }

    async fn a_group_has_open_extensions_that_patch_treats_as_a_users(world: World) {
        let group = world.created("/Groups", json!({ "displayName": "g", "urn:x:y": { "tags": ["a"], "desk": { "room": "1" } } })).await;
        let path = format!("/Groups/{group}");
        let extension = async |op: &str, at: &str, value: Value| {
            let answer = world.patch(&path, json!([{ "op": op, "path": format!("urn:x:y:{at}"), "value": value }])).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            answer.body["urn:x:y"].clone()
        };
        assert_eq!(extension("add", "tags", json!(["b", "a"])).await["tags"], json!(["a", "b"]));
        assert_eq!(extension("remove", "tags", json!(["a"])).await["tags"], json!(["b"]));
        assert_eq!(extension("add", "desk", json!({ "floor": 2 })).await["desk"], json!({ "room": "1", "floor": 2 }));
        assert_eq!(extension("add", "tags", json!(["c", 7])).await["tags"], json!(["b", "c", 7]));
        assert_eq!(extension("replace", "tags[value eq \"B\"]", json!("x")).await["tags"], json!(["x", "c", 7]));
        assert_eq!(extension("replace", "tags[value eq 7].value", json!(8)).await["tags"], json!(["x", "c", 8]));
        assert_eq!(extension("remove", "tags[value sw \"x\" or value gt 7]", Value::Null).await["tags"], json!(["c"]));
    }

    async fn a_member_is_added_by_its_filter_whoever_it_is(world: World) {
        let (child, group) = (world.group("child", &[]).await, world.group("g", &[]).await);
        let path = format!("/Groups/{group}");
        let add = |id: &str, value: Option<Value>| {
            let mut operation = json!({ "op": "add", "path": format!("members[value eq \"{id}\"]") });
            if let Some(value) = value {
                operation["value"] = value;
            }
            json!([operation])
        };
        assert_eq!(world.patch(&path, add(&child, None)).await.body["members"][0]["value"], json!(child));
        let ava = world.user("ava@x.y").await;
        assert_eq!(world.patch(&path, add(&ava, Some(Value::Null))).await.body["members"].as_array().unwrap().len(), 2);
        for nothing in [json!(""), json!([]), json!({})] {
            assert_eq!(world.patch(&path, add(&ava, Some(nothing))).await.status, 200);
        }
        let unknown = world.patch(&path, add("4711", None)).await;
        assert_eq!((unknown.status, &unknown.body["scimType"]), (400, &json!("invalidValue")), "{}", unknown.text);
        assert_eq!(world.members(&group).await.len(), 2);
    }

    async fn what_stands_under_the_own_urn_is_read_or_refused_and_never_dropped(world: World) {
        for user in written(world, &WAYS, "/Users", &ava(), &[(USER, r#"[{"title":"Dr"}]"#)]).await {
            assert_eq!(user.resource["title"], "Dr", "{}: {}", user.way, user.status);
        }
        for wrong in ["\"x\"", "5", r#"[{"title":"Dr"},{"title":"Prof"}]"#] {
            for user in written(world, &WAYS, "/Users", &ava(), &[(USER, wrong)]).await {
                assert_eq!((user.status, &user.scim_type), (400, &json!("invalidValue")), "{} {wrong}", user.way);
            }
        }
        let sam = world.user("sam@x.y").await;
        let held = format!(r#"[{{"members":[{{"value":"{sam}"}}]}}]"#);
        for group in written(world, &WAYS, "/Groups", &json!({ "displayName": "g" }), &[(GROUP, &held)]).await {
            assert_eq!(group.resource["members"][0]["value"], json!(sam), "{}", group.way);
        }
    }
}
