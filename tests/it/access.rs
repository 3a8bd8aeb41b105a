//! Who may call, and which connection a token sees.

use fleet_scim::{
    ConnectionId,
    poem::http::{Method, header},
};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, World},
};

async fn with(world: &World, authorization: Option<&str>, path: &str) -> Answer {
    let mut request = world.request(Method::GET, path, "admin").finish();
    request.headers_mut().remove(header::AUTHORIZATION);
    if let Some(authorization) = authorization {
        request.headers_mut().insert(header::AUTHORIZATION, authorization.parse().unwrap());
    }
    world.send(request).await
}

async fn call(world: &World, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let request = world.request(method, path, token);
    let request = match body {
        Some(body) => request.content_type("application/scim+json").body(body.to_string()),
        None => request.finish(),
    };
    world.send(request).await
}

/// Creates a user of the second connection, and returns its id.
async fn stranger(world: &World, user_name: &str) -> String {
    assert_eq!(world.scim.ensure_connection("other").await.unwrap(), ConnectionId(2));
    let answer = call(world, "other", Method::POST, "/Users", Some(json!({ "userName": user_name }))).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

on_each_database! {
    async fn a_call_without_a_valid_token_is_401_and_says_how(world: World) {
        for authorization in [
            None,
            Some(""),
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer wrong"),
            Some("Basic YWRtaW46YWRtaW4="),
            Some("admin"),
            Some("Bearer admin extra"),
        ] {
            for path in ["/Users", "/Groups/group-1", "/ServiceProviderConfig", "/details", "/nowhere"] {
                let answer = with(world, authorization, path).await;
                assert_eq!(answer.status, 401, "{authorization:?} {path}");
                assert!(answer.header("www-authenticate").is_some_and(|header| header.starts_with("Bearer")));
                assert!(!answer.text.contains("wrong"));
            }
        }
    }

    async fn the_scheme_is_known_in_any_case_and_twice(world: World) {
        for authorization in [
            "Bearer admin",
            "bearer admin",
            "BEARER admin",
            "Bearer  admin",
            "Bearer Bearer admin",
            "Bearer bearer admin",
        ] {
            assert_eq!(with(world, Some(authorization), "/Users").await.status, 200, "{authorization}");
        }
    }

    async fn a_header_that_is_no_token_is_told_apart_from_none(world: World) {
        let none = with(world, None, "/Users").await;
        assert!(none.detail().starts_with("send Authorization: Bearer"), "{}", none.detail());
        for header in ["Bearer a token of mine", "Bearer", "Basic YTpi", "admin"] {
            let refused = with(world, Some(header), "/Users").await;
            assert_eq!(refused.status, 401, "{header}");
            assert!(refused.detail().contains("a token has no blanks"), "{header}: {}", refused.detail());
        }
    }

    async fn a_token_that_cannot_be_checked_is_503_with_retry_after(world: World) {
        // An identity provider that is told 401 stops provisioning.
        let answer = with(world, Some("Bearer broken"), "/Users").await;
        assert_eq!(answer.status, 503);
        assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
        assert!(!answer.text.contains("token store"), "{}", answer.text);
    }

    async fn an_observer_provisions_nothing(world: World) {
        let id = world.user("ava@x.y").await;
        let user = format!("/Users/{id}");
        for (method, path, body) in [
            (Method::GET, "/Users", None),
            (Method::GET, user.as_str(), None),
            (Method::GET, "/Schemas", None),
            (Method::POST, "/Users", Some(json!({ "userName": "sam@x.y" }))),
            (Method::PUT, &user, Some(json!({ "userName": "sam@x.y" }))),
            (Method::PATCH, &user, Some(json!({ "Operations": [] }))),
            (Method::DELETE, &user, None),
            (Method::POST, "/.search", Some(json!({}))),
        ] {
            let answer = call(world, "observer", method.clone(), path, body).await;
            assert_eq!(answer.status, 403, "{method} {path}");
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
        assert_eq!(call(world, "observer", Method::GET, "/details", None).await.status, 200);
    }

    async fn a_maintainer_provisions(world: World) {
        let answer = call(world, "maintainer", Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        assert_eq!(answer.status, 201);
        let path = format!("/Users/{}", answer.body["id"].as_str().unwrap());
        let off = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
        assert_eq!(call(world, "maintainer", Method::PATCH, &path, Some(off)).await.status, 200);
        assert_eq!(call(world, "maintainer", Method::DELETE, &path, None).await.status, 204);
    }

    async fn two_directories_do_not_see_each_other(world: World) {
        let theirs = stranger(world, "theirs@x.y").await;
        let ours = world.user("ours@x.y").await;
        assert_ne!(theirs, ours);
        let ids = async |token: &str, path: &str| {
            let list = call(world, token, Method::GET, path, None).await.body;
            let resources = list["Resources"].as_array().unwrap();
            let ids: Vec<String> = resources.iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect();
            assert_eq!(list["totalResults"], ids.len(), "{path}");
            ids
        };
        for path in [
            "/Users",
            "/Users?filter=userName%20pr",
            "/Users?filter=active%20eq%20true",
            "/Users?filter=meta.created%20pr",
        ] {
            assert_eq!(ids("admin", path).await, [ours.as_str()], "{path}");
            assert_eq!(ids("other", path).await, [theirs.as_str()], "{path}");
        }
        assert!(ids("admin", "/Users?filter=userName%20eq%20%22theirs@x.y%22").await.is_empty());
        let searched = call(world, "other", Method::POST, "/.search", Some(json!({}))).await;
        assert_eq!(searched.body["totalResults"], 1);
        assert_eq!(searched.body["Resources"][0]["id"], theirs);
    }

    async fn an_id_of_another_directory_is_404(world: World) {
        let theirs = stranger(world, "theirs@x.y").await;
        let group = call(world, "other", Method::POST, "/Groups", Some(json!({ "displayName": "Theirs" }))).await;
        let group = group.body["id"].as_str().unwrap();
        for path in [format!("/Users/{theirs}"), format!("/Groups/{group}")] {
            let named = json!({ "userName": "x@x.y", "displayName": "X" });
            for (method, body) in [
                (Method::GET, None),
                (Method::PUT, Some(named)),
                (
                    Method::PATCH,
                    Some(json!({ "Operations": [{ "op": "replace", "path": "displayName", "value": "X" }] })),
                ),
                (Method::DELETE, None),
            ] {
                assert_eq!(call(world, "admin", method.clone(), &path, body).await.status, 404, "{method} {path}");
            }
            assert_eq!(call(world, "other", Method::GET, &path, None).await.status, 200);
        }
    }

    async fn a_name_is_held_once_in_each_directory(world: World) {
        stranger(world, "ava@x.y").await;
        let ours = world.user("ava@x.y").await;
        assert_eq!(world.post("/Users", json!({ "userName": "ava@x.y" })).await.status, 409);
        let group = json!({ "displayName": "Engineering" });
        assert_eq!(call(world, "other", Method::POST, "/Groups", Some(group.clone())).await.status, 201);
        assert_eq!(world.post("/Groups", group).await.status, 201);
        assert_eq!(world.ids("/Users", r#"userName eq "ava@x.y""#).await, [ours]);
    }

    async fn a_leaver_of_one_directory_is_not_rehired_by_another(world: World) {
        let theirs = stranger(world, "ava@x.y").await;
        let off = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
        assert_eq!(call(world, "other", Method::PATCH, &format!("/Users/{theirs}"), Some(off)).await.status, 200);
        assert_ne!(world.user("ava@x.y").await, theirs);
        let still = call(world, "other", Method::GET, &format!("/Users/{theirs}"), None).await;
        assert_eq!(still.body["active"], false);
    }

    async fn a_user_of_another_directory_is_an_unknown_member(world: World) {
        let theirs = stranger(world, "theirs@x.y").await;
        let their_group = call(world, "other", Method::POST, "/Groups", Some(json!({ "displayName": "Theirs" }))).await;
        let their_group = their_group.body["id"].as_str().unwrap();
        let ours = world.user("ours@x.y").await;
        let group = world.group("Engineering", &[]).await;
        for id in [theirs.as_str(), their_group] {
            let add = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
            assert_eq!(world.patch(&format!("/Groups/{group}"), add).await.status, 400, "{id}");
        }
        let add = json!([
            {
                "op": "add",
                "path": "members",
                "value": [{ "value": theirs }, { "value": their_group }, { "value": ours }],
            },
        ]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), add).await.status, 200);
        assert_eq!(world.members(&group).await, [ours]);
        let user = call(world, "other", Method::GET, &format!("/Users/{theirs}"), None).await;
        assert_eq!(user.body["groups"], json!([]));
    }

    async fn a_connection_is_made_once_for_a_name(world: World) {
        let first = world.scim.ensure_connection("Okta").await.unwrap();
        assert_eq!(world.scim.ensure_connection("OKTA").await.unwrap(), first);
        assert_ne!(world.scim.ensure_connection("Entra").await.unwrap(), first);
        assert_eq!(world.scim.ensure_connection("default").await.unwrap(), ConnectionId::DEFAULT);
        for name in ["", "  ", "nul\0", &"x".repeat(513)] {
            assert!(world.scim.ensure_connection(name).await.is_err(), "{name:?}");
        }
    }
}
