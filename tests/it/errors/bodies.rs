//! Bodies and media types.

use fleet_scim::poem::http::Method;
use serde_json::json;

use crate::{
    on_each_database,
    world::{Answer, World, raw},
};

async fn post(world: &World, path: &str, content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Answer {
    let request = world.request(Method::POST, path, "admin");
    let request = match content_type {
        Some(content_type) => request.content_type(content_type),
        None => request,
    };
    world.send(raw(request, body.into())).await
}

on_each_database! {
    async fn a_body_that_is_no_json_is_invalid_syntax(world: World) {
        let id = world.user("ava@x.y").await;
        for body in ["", "{", "{\"userName\":", "{\"userName\":\"a\"}}", "nul", "userName=ava", "{'a':1}", "\u{0}"] {
            for (method, path) in [
                (Method::POST, "/Users".to_owned()),
                (Method::PUT, format!("/Users/{id}")),
                (Method::PATCH, format!("/Users/{id}")),
                (Method::POST, "/Groups".to_owned()),
                (Method::POST, "/.search".to_owned()),
            ] {
                let request = world.request(method.clone(), &path, "admin").content_type("application/scim+json");
                let answer = world.send(raw(request, body)).await;
                assert_eq!(
                    (answer.status, &answer.body["scimType"]),
                    (400, &json!("invalidSyntax")),
                    "{method} {path} {body:?}",
                );
            }
        }
    }

    async fn a_body_that_is_no_object_is_invalid_syntax(world: World) {
        for body in ["[]", "[{\"userName\":\"ava@x.y\"}]", "\"ava\"", "1", "null", "true"] {
            let answer = post(world, "/Users", Some("application/scim+json"), body).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidSyntax")), "{body}");
        }
    }

    async fn a_body_that_is_no_utf_8_is_invalid_syntax(world: World) {
        let answer = post(world, "/Users", None, b"{\"userName\":\"\xff\xfe\"}".to_vec()).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidSyntax")));
    }

    async fn the_refusal_of_a_body_does_not_quote_it(world: World) {
        let answer = post(world, "/Users", None, "{\"password\":\"S3cret!\",").await;
        assert_eq!(answer.status, 400);
        assert!(!answer.text.contains("S3cret!"), "{}", answer.text);
    }

    async fn json_is_taken_under_each_of_its_names_and_none(world: World) {
        for (at, content_type) in [
            None,
            Some("application/scim+json"),
            Some("application/scim+json; charset=utf-8"),
            Some("application/scim+json;charset=UTF-8"),
            Some("Application/SCIM+JSON"),
            Some("application/json"),
            Some("application/json; charset=utf-8"),
        ].into_iter().enumerate() {
            let body = json!({ "userName": format!("u{at}@x.y") }).to_string();
            let answer = post(world, "/Users", content_type, body).await;
            assert_eq!(answer.status, 201, "{content_type:?}: {}", answer.text);
        }
    }

    async fn another_media_type_is_refused(world: World) {
        let types = [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=latin1",
            "nonsense",
        ];
        for content_type in types {
            let answer = post(world, "/Users", Some(content_type), "{\"userName\":\"ava@x.y\"}").await;
            assert_eq!(answer.status, 415, "{content_type}: {}", answer.text);
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn what_a_client_accepts_does_not_matter(world: World) {
        for accept in ["*/*", "application/json", "text/html", "application/scim+json, application/json;q=0.5"] {
            let request = world.request(Method::GET, "/Users", "admin").header("accept", accept);
            assert_eq!(world.send(request.finish()).await.status, 200, "{accept}");
        }
    }

    async fn a_request_of_scim_1_says_what_to_choose(world: World) {
        let answer = world.post(
            "/Users", json!({ "schemas": ["urn:scim:schemas:core:1.0"], "userName": "ava@x.y" }),
        ).await;
        assert_eq!(answer.status, 400);
        assert!(answer.detail().contains("2.0"), "{}", answer.detail());
    }

    async fn a_value_that_does_not_fit_is_named(world: World) {
        for (body, name) in [
            (json!({ "userName": ["a", "b"] }), "userName"),
            (json!({ "userName": { "value": { "a": 1 } } }), "userName"),
            (json!({ "userName": { "text": "a" } }), "userName"),
            (json!({ "userName": "a", "active": "perhaps" }), "active"),
            (json!({ "userName": "a", "name": "Ava Stone" }), "name"),
            (json!({ "userName": "a", "emails": [7] }), "emails"),
            (json!({ "userName": "a", "emails": [{ "value": {} }] }), "emails.value"),
            (json!({ "userName": "a", "emails": [{ "value": "x", "primary": "yes" }] }), "emails.primary"),
            (json!({ "userName": "a", "title": "nul\u{0}" }), "title"),
            (json!({ "userName": "a\u{0}b" }), "userName"),
        ] {
            let answer = world.post("/Users", body.clone()).await;
            assert_eq!(
                (answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{body}: {}", answer.text,
            );
            assert!(answer.detail().contains(name), "{}", answer.detail());
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_search_that_does_not_fit_is_invalid_syntax(world: World) {
        for body in [
            json!({ "startIndex": "one" }),
            json!({ "filter": 1 }),
            json!({ "attributes": [1] }),
            json!({ "count": {} }),
        ] {
            for path in ["/.search", "/Users/.search", "/Groups/.search"] {
                let answer = world.post(path, body.clone()).await;
                assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidSyntax")), "{path} {body}");
            }
        }
    }
}
