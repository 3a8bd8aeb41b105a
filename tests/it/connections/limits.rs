//! A connection may be limited to so many requests a second; unless somebody says so it is not.

use fleet_scim::{Authenticator, AuthenticatorError, Principal, RequestHead, Role, ScimModule, poem::http::Method};
use serde_json::json;

use super::{call, change, connect};
use crate::{on_each_database, world::World};

/// Lets in whoever comes by GET, with any token.
struct Reads;

impl Authenticator for Reads {
    async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(None)
    }

    async fn authenticate_request(
        &self,
        _: &str,
        request: &RequestHead,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        let allowed = request.method == "GET" && request.path == "/Users" && request.peer.is_none();
        Ok(allowed.then(|| Principal::new(Role::Maintainer)))
    }
}

on_each_database! {
    async fn requests_over_the_limit_are_told_to_wait_a_second_and_others_are_served(world: World) {
        let (okta, entra) = (connect(world, "okta").await, connect(world, "entra").await);
        let limited = change(world, "okta", json!({ "settings": { "requestsPerSecond": 25 } })).await;
        assert_eq!(limited.body["settings"]["requestsPerSecond"], 25, "{}", limited.text);
        let mut served = 0;
        let refused = loop {
            let answer = call(world, &okta, Method::GET, "/Users?count=0", None).await;
            if answer.status != 200 {
                break answer;
            }
            served += 1;
            assert!(served < 5000, "a limit of 25 a second never refused");
        };
        assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")), "{}", refused.text);
        assert!(served >= 25, "{served}: as many as in a second are served at once");
        assert_eq!(call(world, &okta, Method::GET, "/details", None).await.body["last_request"]["status"], "error");
        assert_eq!(call(world, &entra, Method::GET, "/Users", None).await.status, 200);
        let free = change(world, "okta", json!({ "settings": { "requestsPerSecond": null } })).await;
        assert!(free.body["settings"].get("requestsPerSecond").is_none(), "{}", free.text);
        for _ in 0..30 {
            assert_eq!(call(world, &okta, Method::GET, "/Users?count=0", None).await.status, 200);
        }
    }

    async fn no_limit_is_below_what_entra_id_sends(world: World) {
        for rate in [json!(24), json!(0), json!(-1), json!(10_001), json!("25"), json!(25.5)] {
            let refused = change(world, "default", json!({ "settings": { "requestsPerSecond": rate } })).await;
            assert!(refused.status == 400 && refused.detail().contains("25 to 10000"), "{rate}: {}", refused.text);
        }
    }

    async fn an_authenticator_may_look_at_the_request(world: World) {
        let scim = ScimModule::builder(world.another_pool().await, Reads).build().await.unwrap();
        for (method, path, status) in [(Method::GET, "/Users", 200), (Method::GET, "/Groups", 401), (Method::POST, "/Users", 401)] {
            let request = world.request(method.clone(), path, "any").content_type("application/json").body("{}");
            assert_eq!(world.send_to(&scim, request).await.status, status, "{method} {path}");
        }
    }
}
