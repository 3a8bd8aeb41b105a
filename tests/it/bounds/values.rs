//! Bounds on strings, keys, values of one attribute, levels of an extension, and operations of a PATCH.

use serde_json::{Value, json};

use super::assert_refused;
use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

const OKTA: &str = "urn:okta:acme:1.0:user:custom";

/// Returns objects nested this deep.
fn levels(count: usize) -> Value {
    (0..count).fold(json!("leaf"), |inner, _| json!({ "a": inner }))
}

/// Returns a user with this text in many attributes, among them some with a column of their own. Keys are left out.
fn texts(text: &str) -> Value {
    json!({
        "userName": "ava@x.y",
        "name": { "givenName": text, "familyName": text, "formatted": text },
        "displayName": text,
        "title": text,
        "emails": [{ "value": "ava@x.y", "type": text, "display": text }],
        "phoneNumbers": [{ "value": text }],
        "x509Certificates": [{ "value": text }],
        ENTERPRISE: { "department": text, "employeeNumber": text, "manager": { "value": text } },
        OKTA: { "badge": text },
    })
}

on_each_database! {
    async fn a_text_has_4096_characters_at_most(world: World) {
        // The second letter takes four bytes, so a column holds fewer of those.
        for letter in ["x", "\u{1f469}"] {
            let text = letter.repeat(4096);
            let id = world.created("/Users", texts(&text)).await;
            let user = world.get(&format!("/Users/{id}")).await.body;
            for (name, sent) in texts(&text).as_object().unwrap() {
                assert_eq!(user[name], *sent, "{name}");
            }
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
        let long = "x".repeat(4097);
        for (body, name) in [
            (json!({ "title": long }), "title"),
            (json!({ "name": { "givenName": long } }), "name.givenName"),
            (json!({ "emails": [{ "value": "a", "display": long }] }), "emails.display"),
            (json!({ ENTERPRISE: { "department": long } }), "department"),
            (json!({ OKTA: { "badge": long } }), "badge"),
        ] {
            let mut body = body;
            body["userName"] = json!("ava@x.y");
            let answer = world.post("/Users", body).await;
            assert_refused(&answer, "invalidValue", "4096");
            assert!(answer.detail().contains(name), "{}", answer.detail());
        }
    }

    async fn a_key_has_512_characters_at_most(world: World) {
        for letter in ["x", "\u{e9}", "\u{1f469}"] {
            let text = letter.repeat(512);
            let id = world.created(
                "/Users", json!({ "userName": text, "externalId": text, "emails": [{ "value": text }] }),
            ).await;
            for name in ["userName", "externalId", "emails.value"] {
                assert_eq!(
                    world.ids("/Users", &format!("{name} eq \"{text}\"")).await, [id.as_str()], "{name} {letter}",
                );
            }
            let group = world.created("/Groups", json!({ "displayName": text, "externalId": text })).await;
            assert_eq!(world.ids("/Groups", &format!("displayName eq \"{text}\"")).await, [group]);
        }
        let long = "x".repeat(513);
        for (path, body, name) in [
            ("/Users", json!({ "userName": long }), "userName"),
            ("/Users", json!({ "userName": "a", "externalId": long }), "externalId"),
            ("/Users", json!({ "userName": "a", "emails": [{ "value": long }] }), "emails.value"),
            ("/Groups", json!({ "displayName": long }), "displayName"),
            ("/Groups", json!({ "displayName": "a", "externalId": long }), "externalId"),
        ] {
            let answer = world.post(path, body).await;
            assert_refused(&answer, "invalidValue", "512");
            assert!(answer.detail().contains(name), "{}", answer.detail());
        }
    }

    async fn a_key_that_grows_when_it_is_folded_is_refused(world: World) {
        let answer = world.post("/Users", json!({ "userName": "\u{130}".repeat(512) })).await;
        assert_refused(&answer, "invalidValue", "512");
    }

    async fn a_put_and_a_patch_hold_to_the_same_bounds(world: World) {
        let id = world.user("ava@x.y").await;
        let long = "x".repeat(4097);
        let put = world.put(&format!("/Users/{id}"), json!({ "userName": "ava@x.y", "title": long })).await;
        assert_refused(&put, "invalidValue", "4096");
        for (path, value, bound) in [
            ("title", long.as_str(), "4096"),
            ("emails[type eq \"work\"].display", &long, "4096"),
            ("urn:okta:acme:1.0:user:custom:badge", &long, "4096"),
            ("userName", &long[..513], "512"),
            ("externalId", &long[..513], "512"),
            ("emails[type eq \"work\"].value", &long[..513], "512"),
        ] {
            let answer = world.patch(
                &format!("/Users/{id}"), json!([{ "op": "replace", "path": path, "value": value }]),
            ).await;
            assert_refused(&answer, "invalidValue", bound);
        }
        assert_eq!(world.get(&format!("/Users/{id}")).await.header("etag"), Some("W/\"1-0\""));
    }

    async fn an_attribute_has_1000_values_at_most(world: World) {
        let emails = |count: usize| -> Vec<Value> {
            (0..count).map(|at| json!({ "value": format!("a{at}@x.y") })).collect()
        };
        let id = world.created("/Users", json!({ "userName": "ava@x.y", "emails": emails(1000) })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user["emails"].as_array().unwrap().len(), 1000);
        assert_eq!(world.ids("/Users", "emails.value eq \"a999@x.y\"").await, [id.as_str()]);
        let one = json!([{ "op": "add", "path": "emails", "value": [{ "value": "more@x.y" }] }]);
        assert_refused(&world.patch(&format!("/Users/{id}"), one).await, "tooMany", "1000");
        let past = world.post("/Users", json!({ "userName": "sam@x.y", "emails": emails(1001) })).await;
        assert_refused(&past, "tooMany", "1000");
    }

    async fn an_extension_is_16_levels_deep_at_most(world: World) {
        let id = world.created("/Users", json!({ "userName": "ava@x.y", OKTA: { "deep": levels(16) } })).await;
        assert_eq!(world.get(&format!("/Users/{id}")).await.body[OKTA]["deep"], levels(16));
        let past = world.post("/Users", json!({ "userName": "sam@x.y", OKTA: { "deep": levels(17) } })).await;
        assert_refused(&past, "invalidValue", "16");
        let path = format!("{OKTA}:deep");
        let at = json!([{ "op": "replace", "path": path, "value": levels(16) }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), at).await.status, 200);
        let past = json!([{ "op": "replace", "path": path, "value": levels(17) }]);
        assert_refused(&world.patch(&format!("/Users/{id}"), past).await, "invalidValue", "16");
    }

    async fn a_body_nested_without_end_is_refused(world: World) {
        let body = format!("{{\"userName\":\"a\",\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let request = world.request(fleet_scim::poem::http::Method::POST, "/Users", "admin").body(body);
        assert_eq!(world.send(request).await.status, 400);
    }

    async fn a_patch_has_50000_operations_at_most(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let remove = json!({ "op": "remove", "path": "members", "value": [{ "value": "999999" }] });
        let past = world.patch(&format!("/Groups/{group}"), json!(vec![&remove; 50_001])).await;
        assert_refused(&past, "tooMany", "50000");
        let mut operations = vec![remove; 49_999];
        operations.push(json!({ "op": "remove", "path": "members", "value": [{ "value": ava }] }));
        let at = world.patch(&format!("/Groups/{group}"), json!(operations)).await;
        assert_eq!((at.status, &at.body["members"]), (200, &json!([])), "{}", at.text);
    }
}
