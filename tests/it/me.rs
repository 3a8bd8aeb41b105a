//! `/Me` (RFC 7644 section 3.11).

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, PATCH_OP, World},
};

async fn as_ava(world: &World, method: Method, body: Option<Value>) -> Answer {
    let request = world.request(method, "/Me?excludedAttributes=emails", "ava");
    let request = match body {
        Some(body) => request.content_type("application/scim+json").body(body.to_string()),
        None => request.finish(),
    };
    world.send(request).await
}

on_each_database! {
    async fn me_is_the_user_the_host_says_the_token_is_of(world: World) {
        assert_eq!(as_ava(world, Method::GET, None).await.status, 404, "not here yet");
        let id = world.user("Ava@Example.com").await;
        let me = as_ava(world, Method::GET, None).await;
        assert_eq!((me.status, me.body["id"].as_str()), (200, Some(id.as_str())));
        let location = me.header("location").unwrap();
        assert!(location.ends_with(&format!("/Users/{id}")), "the permanent one: {location}");
        let operations = json!([{ "op": "replace", "path": "title", "value": "Pilot" }]);
        let patched = as_ava(world, Method::PATCH, Some(json!({ "schemas": [PATCH_OP], "Operations": operations }))).await;
        assert_eq!((patched.status, &patched.body["title"]), (200, &json!("Pilot")));
        let replaced = as_ava(world, Method::PUT, Some(json!({ "userName": "ava@example.com" }))).await;
        assert_eq!((replaced.status, replaced.body.get("title")), (200, None));
        assert_eq!(as_ava(world, Method::DELETE, None).await.status, 204);
        assert_eq!(world.get(&format!("/Users/{id}")).await.status, 404);
    }

    async fn a_token_of_nobody_is_told_so(world: World) {
        world.user("admin").await;
        for method in [Method::GET, Method::DELETE] {
            let answer = world.call(method, "/Me", None).await;
            assert_eq!(answer.status, 501);
            assert!(answer.detail().contains("/Users"), "{}", answer.detail());
        }
    }
}
