//! The size of a body. Okta's custom app replaces a group with all its members in one body.

use fleet_scim::poem::http::Method;

use crate::{
    on_each_database,
    world::{Answer, World},
};

const MIB: usize = 1024 * 1024;

/// Sends a body of exactly this many bytes, most of them blanks.
async fn sent(world: &World, method: Method, path: &str, body: &str, bytes: usize) -> Answer {
    let body = format!("{body}{}", " ".repeat(bytes - body.len()));
    world.send(world.request(method, path, "admin").content_type("application/scim+json").body(body)).await
}

fn assert_too_large(answer: &Answer, bytes: usize) {
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.detail().contains(&bytes.to_string()), "{}", answer.detail());
}

on_each_database! {
    async fn a_body_has_1_mib_at_most(world: World) {
        let user = world.user("ava@x.y").await;
        let path = format!("/Users/{user}");
        let patch = "{\"Operations\":[]}";
        for (method, path, body, status) in [
            (Method::POST, "/Users", "{\"userName\":\"sam@x.y\"}", 201),
            (Method::PUT, path.as_str(), "{\"userName\":\"ava@x.y\"}", 200),
            (Method::PATCH, path.as_str(), patch, 200),
            (Method::POST, "/Users/.search", "{}", 200),
            (Method::POST, "/.search", "{}", 200),
        ] {
            assert_too_large(&sent(world, method.clone(), path, body, MIB + 1).await, MIB);
            assert_eq!(sent(world, method, path, body, MIB).await.status, status, "{path}");
        }
    }

    async fn a_body_of_a_group_has_16_mib_at_most(world: World) {
        let group = world.group("Engineering", &[]).await;
        let path = format!("/Groups/{group}");
        for (method, path, body, status) in [
            (Method::POST, "/Groups", "{\"displayName\":\"Sales\"}", 201),
            (Method::PUT, path.as_str(), "{\"displayName\":\"Engineering\"}", 200),
            (Method::PATCH, path.as_str(), "{\"Operations\":[]}", 200),
            (Method::PUT, &path.to_lowercase().replace("/groups", "/GROUPS"), "{\"displayName\":\"Engineering\"}", 200),
        ] {
            assert_too_large(&sent(world, method.clone(), path, body, 16 * MIB + 1).await, 16 * MIB);
            assert_eq!(sent(world, method, path, body, 16 * MIB).await.status, status, "{path}");
        }
    }

    async fn a_body_that_is_too_large_changes_nothing(world: World) {
        assert_eq!(sent(world, Method::POST, "/Users", "{\"userName\":\"ava@x.y\"}", MIB + 1).await.status, 413);
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }
}
