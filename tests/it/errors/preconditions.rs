//! Entity tags (RFC 7644 section 3.14): `If-Match` and `If-None-Match`.

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, World},
};

async fn with(world: &World, method: Method, path: &str, header: (&str, &str), body: Option<Value>) -> Answer {
    let request = world.request(method, path, "admin").header(header.0, header.1);
    let request = match body {
        Some(body) => request.body(body.to_string()),
        None => request.finish(),
    };
    world.send(request).await
}

on_each_database! {
    async fn a_write_to_another_version_is_412_and_changes_nothing(world: World) {
        let user = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&user]).await;
        let title = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "X" }] });
        let empty = json!({ "Operations": [{ "op": "remove", "path": "members" }] });
        for (path, put, patch) in [
            (format!("/Users/{user}"), json!({ "userName": "eva@x.y" }), title),
            (format!("/Groups/{group}"), json!({ "displayName": "Research" }), empty),
        ] {
            let before = world.get(&path).await.body;
            for tag in ["W/\"99\"", "\"99-0\"", "W/\"0\", W/\"11\"", "nonsense", "\"\""] {
                for (method, body) in [
                    (Method::PUT, Some(&put)), (Method::PATCH, Some(&patch)), (Method::DELETE, None),
                ] {
                    let answer = with(world, method.clone(), &path, ("if-match", tag), body.cloned()).await;
                    assert_eq!(answer.status, 412, "{method} {path} {tag}");
                }
            }
            assert_eq!(world.get(&path).await.body, before);
        }
    }

    async fn a_write_to_this_version_is_done(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        for (at, form) in ["whole", "strong", "any", "list"].into_iter().enumerate() {
            let etag = world.get(&path).await.header("etag").unwrap().to_owned();
            let tag = match form {
                "whole" => etag,
                "strong" => etag.trim_start_matches("W/").to_owned(),
                "any" => "*".to_owned(),
                _ => format!("W/\"77\", {etag}"),
            };
            let body = json!({ "userName": "ava@x.y", "title": format!("{at}") });
            let answer = with(world, Method::PUT, &path, ("if-match", &tag), Some(body)).await;
            assert_eq!(answer.status, 200, "{form}: {}", answer.text);
        }
        let etag = world.get(&path).await.header("etag").unwrap().to_owned();
        assert_eq!(with(world, Method::DELETE, &path, ("if-match", &etag), None).await.status, 204);
    }

    async fn a_stale_tag_is_refused_after_one_change(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        let stale = world.get(&path).await.header("etag").unwrap().to_owned();
        let patch = |title: &str| json!({ "Operations": [{ "op": "replace", "path": "title", "value": title }] });
        assert_eq!(with(world, Method::PATCH, &path, ("if-match", &stale), Some(patch("A"))).await.status, 200);
        assert_eq!(with(world, Method::PATCH, &path, ("if-match", &stale), Some(patch("B"))).await.status, 412);
        assert_eq!(world.get(&path).await.body["title"], "A");
    }

    async fn joining_a_group_does_not_make_a_write_to_the_user_stale(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        let before = world.get(&path).await.header("etag").unwrap().to_owned();
        world.group("Engineering", &[&user]).await;
        assert_ne!(world.get(&path).await.header("etag"), Some(before.as_str()));
        let body = json!({ "userName": "ava@x.y", "title": "X" });
        assert_eq!(with(world, Method::PUT, &path, ("if-match", &before), Some(body)).await.status, 200);
    }

    async fn a_read_of_a_known_version_is_304(world: World) {
        let user = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&user]).await;
        for path in [
            format!("/Users/{user}"), format!("/Groups/{group}"), format!("/Groups/{group}?excludedAttributes=members"),
        ] {
            let etag = world.get(&path).await.header("etag").unwrap().to_owned();
            for tag in [etag.as_str(), etag.trim_start_matches("W/"), "*"] {
                let answer = with(world, Method::GET, &path, ("if-none-match", tag), None).await;
                assert_eq!((answer.status, answer.text.as_str()), (304, ""), "{path} {tag}");
                assert_eq!(answer.header("etag"), Some(etag.as_str()));
            }
            assert_eq!(with(world, Method::GET, &path, ("if-none-match", "W/\"99\""), None).await.status, 200);
        }
    }

    async fn a_read_after_a_change_is_no_304(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        let first = world.get(&path).await.header("etag").unwrap().to_owned();
        let group = world.group("Engineering", &[&user]).await;
        let joined = with(world, Method::GET, &path, ("if-none-match", &first), None).await;
        assert_eq!((joined.status, &joined.body["groups"][0]["value"]), (200, &json!(group)));
        let second = joined.header("etag").unwrap().to_owned();
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "Research" }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), rename).await.status, 200);
        assert_eq!(with(world, Method::GET, &path, ("if-none-match", &second), None).await.status, 200);
    }

    async fn a_write_that_wants_another_version_than_this_is_412(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        let etag = world.get(&path).await.header("etag").unwrap().to_owned();
        let body = json!({ "userName": "ava@x.y", "title": "X" });
        for tag in [etag.as_str(), "*"] {
            let answer = with(world, Method::PUT, &path, ("if-none-match", tag), Some(body.clone())).await;
            assert_eq!(answer.status, 412, "{tag}");
            assert_eq!(with(world, Method::DELETE, &path, ("if-none-match", tag), None).await.status, 412, "{tag}");
        }
        let other = with(world, Method::PUT, &path, ("if-none-match", "W/\"99\""), Some(body)).await;
        assert_eq!(other.status, 200);
    }

    async fn what_is_not_there_is_404_whatever_the_tag(world: World) {
        for tag in ["*", "W/\"1\""] {
            assert_eq!(with(world, Method::DELETE, "/Users/999999", ("if-match", tag), None).await.status, 404);
            assert_eq!(
                with(world, Method::GET, "/Groups/group-999999", ("if-none-match", tag), None).await.status, 404,
            );
        }
    }

    async fn a_create_that_wants_none_of_the_name_is_412_where_there_is_one(world: World) {
        let any = ("if-none-match", "*");
        for (endpoint, body) in
            [("/Users", json!({ "userName": "Ava@x.y" })), ("/Groups", json!({ "displayName": "Engineering" }))]
        {
            let created = with(world, Method::POST, endpoint, any, Some(body.clone())).await;
            assert_eq!(created.status, 201, "{endpoint}");
            let again = with(world, Method::POST, endpoint, any, Some(body.clone())).await;
            assert_eq!(again.status, 412, "{endpoint}");
            assert!(again.detail().contains("If-None-Match"), "{}", again.detail());
            assert_eq!(world.post(endpoint, body).await.status, 409, "{endpoint}");
        }
        let user = world.created("/Users", json!({ "userName": "sam@x.y", "active": false })).await;
        let body = json!({ "userName": "sam@x.y", "active": true });
        assert_eq!(with(world, Method::POST, "/Users", any, Some(body)).await.status, 412);
        assert_eq!(world.get(&format!("/Users/{user}")).await.body["active"], false, "and nobody is brought back");
    }

    async fn a_tag_a_group_never_had_is_of_another_version(world: World) {
        let group = world.group("Engineering", &[]).await;
        let path = format!("/Groups/{group}");
        let version = world.get(&path).await.header("etag").unwrap().trim_end_matches('"').to_owned();
        for (tag, status) in [(format!("{version}-deadbeef\""), 412), (format!("{version}\""), 200)] {
            let request = world.request(Method::PUT, &path, "admin").header("if-match", &tag);
            let answer = world.send(request.content_type("application/json").body(r#"{"displayName":"Engineering"}"#)).await;
            assert_eq!(answer.status, status, "{tag}: {}", answer.text);
        }
    }

    async fn a_condition_holds_over_several_lines_and_whatever_bytes_its_tags_have(world: World) {
        use fleet_scim::poem::http::HeaderValue;
        let ava = world.user("ava@x.y").await;
        let path = format!("/Users/{ava}");
        let etag = world.get(&path).await.header("etag").unwrap().to_owned();
        let lines = |lines: &[&[u8]]| lines.iter().map(|line| HeaderValue::from_bytes(line).unwrap()).collect::<Vec<_>>();
        for (method, name, lines, status) in [
            (Method::GET, "if-none-match", lines(&[b"\"zz\"", etag.as_bytes()]), 304),
            (Method::GET, "if-none-match", lines(&[b"\"zz\"", b"\"yy\""]), 200),
            (Method::DELETE, "if-match", lines(&[b"\"9\"", b"\"\xe9\""]), 412),
            (Method::GET, "if-none-match", lines(&[b"\"9\",\t\"8\"\t,\t*"]), 304),
            (Method::GET, "if-none-match", lines(&[b"\"9, *, 8\""]), 200),
            (Method::DELETE, "if-match", lines(&[b"\"a,*,b\""]), 412),
            (Method::DELETE, "if-match", lines(&[b"\"a,1,b\""]), 412),
            (Method::DELETE, "if-none-match", lines(&[b"\"9\",\t*"]), 412),
            (Method::DELETE, "if-match", lines(&[b"\"\xe9\""]), 412),
            (Method::DELETE, "if-none-match", lines(&[b"*", b"*"]), 412),
            (Method::DELETE, "if-match", lines(&[b"\"zz\"", b"\"\xe9\"", etag.as_bytes()]), 204),
        ] {
            let mut request = world.request(method.clone(), &path, "admin").finish();
            for line in &lines {
                request.headers_mut().append(name, line.clone());
            }
            assert_eq!(world.send(request).await.status, status, "{method} {name} {lines:?}");
        }
    }
}
