//! How clients frame requests, on each endpoint that takes them.

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, World, encode},
};

/// Returns one valid request for each endpoint and method that takes a body.
async fn requests(world: &World) -> Vec<(Method, String, Value)> {
    let (user, group) = (world.user("ava@x.y").await, world.group("g", &[]).await);
    let (user, group) = (format!("/Users/{user}"), format!("/Groups/{group}"));
    let rename = |path: &str, name: &str| json!({ "Operations": [{ "op": "replace", "path": path, "value": name }] });
    vec![
        (Method::POST, "/Users".to_owned(), json!({ "userName": "sam@x.y" })),
        (Method::PUT, user.clone(), json!({ "userName": "ava@x.y", "title": "Dr" })),
        (Method::PATCH, user, rename("title", "Prof")),
        (Method::POST, "/Groups".to_owned(), json!({ "displayName": "h" })),
        (Method::PUT, group.clone(), json!({ "displayName": "g", "members": [] })),
        (Method::PATCH, group, rename("displayName", "i")),
        (Method::POST, "/Users/.search".to_owned(), json!({})),
        (Method::POST, "/Groups/.search".to_owned(), json!({})),
        (Method::POST, "/.search".to_owned(), json!({})),
        (Method::POST, "/Bulk".to_owned(), json!({ "Operations": [] })),
    ]
}

async fn count(world: &World, query: &str) -> Value {
    let answer = world.get(query).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.body["totalResults"].clone()
}

on_each_database! {
    async fn a_byte_order_mark_and_doubled_slashes_are_borne_on_each_endpoint(world: World) {
        for (method, path, body) in requests(world).await {
            let request = world.request(method.clone(), &format!("/{path}"), "admin").content_type("application/scim+json");
            let answer = world.send(request.body(format!("\u{feff}{body}"))).await;
            assert!(answer.status < 300, "{method} {path}: {}", answer.text);
        }
    }

    async fn both_media_types_and_none_are_taken_on_each_endpoint(world: World) {
        for media_type in ["application/json", "application/json; charset=utf-8", "application/scim+json;charset=UTF-8", ""] {
            for (method, path, body) in requests(world).await {
                let request = world.request(method.clone(), &path, "admin");
                let request = if media_type.is_empty() { request } else { request.content_type(media_type) };
                let answer = world.send(request.body(body.to_string())).await;
                assert!(answer.status < 300, "{method} {path} {media_type}: {}", answer.text);
                assert_eq!(answer.header("content-type"), Some("application/scim+json"), "{method} {path}");
            }
            for endpoint in ["/Users", "/Groups"] {
                for resource in world.get(endpoint).await.body["Resources"].as_array().unwrap() {
                    world.delete(&format!("{endpoint}/{}", resource["id"].as_str().unwrap())).await;
                }
            }
        }
    }

    async fn a_method_that_bulk_does_not_have_is_never_echoed(world: World) {
        for method in [json!("FOO"), json!("GET"), json!("<script>"), json!(7), Value::Null] {
            let answer = world.post("/Bulk", json!({ "Operations": [{ "method": method, "bulkId": "b", "path": "/Users" }] })).await;
            let operation = &answer.body["Operations"][0];
            assert_eq!((&operation["status"], operation.get("method")), (&json!("400"), None), "{method}");
            assert!(method.as_str().is_none_or(|method| !answer.text.contains(method)), "{}", answer.text);
        }
        let put = world.post("/Bulk", json!({ "Operations": [{ "method": "delete", "path": "/Users/4711" }] })).await;
        assert_eq!(put.body["Operations"][0]["method"], "DELETE", "a known one is");
    }

    async fn head_and_me_hold_to_if_match(world: World) {
        let ava = world.user("ava@example.com").await;
        let group = world.group("g", &[]).await;
        for (path, token) in [(format!("/Users/{ava}"), "admin"), (format!("/Groups/{group}"), "admin"), ("/Me".to_owned(), "ava")] {
            for method in [Method::GET, Method::HEAD] {
                let ask = async |tag: Option<&str>| -> Answer {
                    let request = world.request(method.clone(), &path, token);
                    world.send(tag.map_or(request, |tag| world.request(method.clone(), &path, token).header("if-match", tag)).finish()).await
                };
                let etag = ask(None).await.header("etag").unwrap().to_owned();
                assert_eq!((ask(Some(&etag)).await.status, ask(Some("W/\"99\"")).await.status), (200, 412), "{method} {path}");
            }
        }
    }

    async fn a_raw_plus_is_read_again_in_a_single_eq_of_any_text(world: World) {
        world.created("/Users", json!({ "userName": "ava", "externalId": "a+b", "title": "C++ Dev" })).await;
        for query in ["externalId+eq+%22a+b%22", "title+eq+%22C++%20Dev%22"] {
            assert_eq!(count(world, &format!("/Users?filter={query}")).await, 1, "{query}");
        }
        for query in [
            "externalId+eq+%22a%20b%22", "externalId+eq+%22a+b%22+and+userName+eq+%22ava%22", "externalId+co+%22a+b%22",
        ] {
            assert_eq!(count(world, &format!("/Users?filter={query}")).await, 0, "{query}");
        }
        world.group("C++ Developers", &[]).await;
        assert_eq!(count(world, "/Groups?filter=displayName+eq+%22C++%20Developers%22").await, 1);
        assert_eq!(count(world, "/Groups?filter=displayName%20eq%20%22C%20%20%20Developers%22").await, 0, "%20 is a blank");
        for (endpoint, filter) in [
            ("/Users/.search", r#"externalId eq "a b""#), ("/.search", r#"externalId eq "a b""#),
            ("/Groups/.search", r#"displayName eq "C   Developers""#), ("/.search", r#"displayName eq "C   Developers""#),
        ] {
            assert_eq!(world.post(endpoint, json!({ "filter": filter })).await.body["totalResults"], 0, "{endpoint} {filter}");
        }
    }

    async fn bare_words_are_texts_wherever_a_filter_is(world: World) {
        let body = json!({ "userName": "PRIMARY/bob", "title": "bob@x.y", "emails": [{ "value": "bob@x.y", "type": "work" }] });
        let bob = world.created("/Users", body).await;
        world.group("Sales", &[]).await;
        for (endpoint, filter) in [
            ("/Users", "userName Eq PRIMARY/bob"), ("/Users", "emails.value eq bob@x.y"), ("/Users", "title eq bob@x.y"),
            ("/Users", "emails[type eq work]"), ("/Users", "emails[type eq work and value eq bob@x.y]"), ("/Groups", "displayName eq Sales"),
        ] {
            assert_eq!(count(world, &format!("{endpoint}?filter={}", encode(filter))).await, 1, "{filter}");
            assert_eq!(world.post(&format!("{endpoint}/.search"), json!({ "filter": filter })).await.body["totalResults"], 1, "{filter}");
        }
        for filter in ["title eq false", "title eq true", "meta.created eq now", "active eq on", "emails[type co work]"] {
            let refused = world.find("/Users", filter).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{filter}");
        }
        let path = format!("/Users/{bob}");
        let patched = world.patch(&path, json!([{ "op": "replace", "path": "emails[type eq work].display", "value": "B" }])).await;
        assert_eq!(patched.body["emails"][0]["display"], "B", "{}", patched.text);
    }

    async fn a_count_is_a_bound_in_whatever_way_it_is_written(world: World) {
        for name in ["a", "b", "c", "d"] {
            world.user(name).await;
        }
        for (count, start, items) in [
            (json!("2"), json!("1"), 2), (json!(2), json!("4"), 1), (json!("99999999999999999999"), json!(1), 4),
            (json!(u64::MAX), json!(2), 3), (json!("-5"), json!("-7"), 0), (json!(""), json!(""), 4),
        ] {
            for endpoint in ["/Users/.search", "/.search"] {
                let page = world.post(endpoint, json!({ "count": count, "startIndex": start })).await;
                assert_eq!((page.status, &page.body["itemsPerPage"]), (200, &json!(items)), "{endpoint} {count}: {}", page.text);
                assert_eq!(page.body["totalResults"], 4);
            }
        }
        let page = world.get("/Users?count=99999999999999999999&startIndex=3").await;
        assert_eq!((&page.body["itemsPerPage"], &page.body["startIndex"]), (&json!(2), &json!(3)));
    }
}
