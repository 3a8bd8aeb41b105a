//! Tokens of a connection: shown once, several at once, rotated, revoked, expired.

use std::time::{Duration, SystemTime};

use fleet_scim::poem::http::Method;
use serde_json::json;

use super::{call, connect, token};
use crate::{databases::Backend, on_each_database, world::World};

async fn status(world: &World, token: &str) -> u16 {
    call(world, token, Method::GET, "/Users", None).await.status
}

on_each_database! {
    async fn a_token_is_shown_once_and_only_its_hash_is_kept(world: World) {
        world.post("/connections", json!({ "name": "okta" })).await;
        let issued = world.post("/connections/okta/tokens", json!({ "note": "made by Kim" })).await;
        assert_eq!((issued.status, issued.header("cache-control")), (201, Some("no-store")), "{}", issued.text);
        let token = issued.body["token"].as_str().unwrap();
        assert!(token.starts_with("fscim_") && token.len() == 78 && token.ends_with(issued.body["lastFour"].as_str().unwrap()));
        let listed = world.get("/connections/okta/tokens").await;
        let mut expected = issued.body.clone();
        expected.as_object_mut().unwrap().remove("token");
        assert_eq!(listed.body, json!({ "tokens": [expected] }));
        assert_eq!(status(world, token).await, 200);
        use fleet_scim::sea_orm::{ConnectionTrait, EntityTrait};
        let row = fleet_scim::entity::scim_token::Entity::find().one(&world.writer).await.unwrap().unwrap();
        assert!(!row.hash.contains(&token[6..40]) && !format!("{row:?}").contains(&row.hash));
        assert!(world.writer.execute_unprepared("SELECT 1").await.is_ok());
    }

    async fn a_token_serves_its_own_connection(world: World) {
        let (okta, entra) = (connect(world, "okta").await, connect(world, "entra").await);
        let ava = call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        assert_eq!(ava.status, 201, "{}", ava.text);
        let same = call(world, &entra, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        assert_eq!(same.status, 201, "{}", same.text);
        assert_eq!(call(world, &okta, Method::GET, "/Users", None).await.body["totalResults"], 1);
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_token_of_ours_never_reaches_the_host_and_says_what_is_wrong_with_it(world: World) {
        let okta = connect(world, "okta").await;
        let cut = &okta[..okta.len() - 1];
        let never_made = "fscim_".to_owned() + &"0".repeat(64) + "60e05bd1";
        for (token, word) in [(cut, "damaged"), ("fscim_", "damaged"), ("fscim_panic", "damaged"), (never_made.as_str(), "not valid")] {
            let refused = call(world, token, Method::GET, "/Users", None).await;
            assert_eq!(refused.status, 401, "{token}");
            assert!(refused.detail().contains(word), "{token}: {}", refused.detail());
        }
    }

    async fn several_tokens_live_at_once_and_one_that_is_revoked_ends_at_once(world: World) {
        let (first, second) = (connect(world, "okta").await, token(world, "okta").await);
        assert_eq!((status(world, &first).await, status(world, &second).await), (200, 200));
        assert_eq!(world.delete("/connections/okta/tokens/1").await.status, 204);
        assert_eq!((status(world, &first).await, status(world, &second).await), (401, 200));
        assert_eq!(world.delete("/connections/okta/tokens/1").await.status, 404);
        assert_eq!(world.delete("/connections/default/tokens/2").await.status, 404, "it is another connection's");
        assert_eq!(status(world, &second).await, 200);
    }

    async fn another_process_refuses_a_revoked_token_within_two_seconds(world: World) {
        let okta = connect(world, "okta").await;
        let other = world.sibling().await;
        let ask = || world.request(Method::GET, "/Users", &okta).finish();
        assert_eq!(world.send_to(&other, ask()).await.status, 200);
        world.delete("/connections/okta/tokens/1").await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(world.send_to(&other, ask()).await.status, 401);
    }

    async fn a_rotated_token_lives_on_for_its_grace(world: World) {
        let first = connect(world, "okta").await;
        let rotated = world.call(Method::POST, "/connections/okta/tokens/1/rotate", None).await;
        assert_eq!(rotated.status, 201, "{}", rotated.text);
        let second = rotated.body["token"].as_str().unwrap().to_owned();
        assert_eq!((status(world, &first).await, status(world, &second).await), (200, 200));
        let listed = world.get("/connections/okta/tokens").await.body;
        assert!(listed["tokens"][0]["expiresAt"].is_string() && listed["tokens"][1]["expiresAt"].is_null(), "{listed}");
        let third = world.call(Method::POST, "/connections/okta/tokens/2/rotate?grace=0", None).await;
        let third = third.body["token"].as_str().unwrap().to_owned();
        assert_eq!((status(world, &second).await, status(world, &third).await), (401, 200));
        for grace in ["-1", "2592001", "9223372036854775807"] {
            let refused = world.call(Method::POST, &format!("/connections/okta/tokens/3/rotate?grace={grace}"), None).await;
            assert_eq!(refused.status, 400, "{grace}");
        }
        assert_eq!(world.call(Method::POST, "/connections/okta/tokens/9/rotate", None).await.status, 404);
    }

    async fn a_token_knows_when_it_was_last_used(world: World) {
        let okta = connect(world, "okta").await;
        let last = async || world.get("/connections/okta/tokens").await.body["tokens"][0]["lastUsedAt"].clone();
        assert!(last().await.is_null());
        assert_eq!(status(world, &okta).await, 200);
        world.scim.worker(async {}).await;
        assert!(last().await.is_string());
    }

    async fn a_busy_token_costs_no_statement_a_request(world: World) {
        let okta = connect(world, "okta").await;
        let ava = call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        let path = format!("/Users/{}", ava.body["id"].as_str().unwrap());
        let (statements, answer) = world.statements_of(call(world, &okta, Method::GET, &path, None)).await;
        assert_eq!((statements, answer.status), (1, 200));
    }

    async fn a_connection_has_a_hundred_tokens_at_most(world: World) {
        world.post("/connections", json!({ "name": "okta" })).await;
        for _ in 0..100 {
            token(world, "okta").await;
        }
        let refused = world.post("/connections/okta/tokens", json!({})).await;
        assert!(refused.status == 409 && refused.detail().contains("revoke one"), "{}", refused.text);
    }
}

async fn an_expired_token_is_told_when(backend: Backend) {
    let time = std::sync::Arc::new(std::sync::Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_824_000)));
    let clock = time.clone();
    let Some(world) = World::with(backend, move |builder| builder.clock(move || *clock.lock().unwrap())).await else {
        return;
    };
    world.post("/connections", json!({ "name": "okta" })).await;
    let over = world.post("/connections/okta/tokens", json!({ "expiresAt": "2026-11-27T00:00:00Z" })).await;
    assert!(over.status == 400 && over.detail().contains("expiresAt"), "{}", over.text);
    let issued = world.post("/connections/okta/tokens", json!({ "expiresAt": "2026-11-30T00:00:00Z" })).await;
    assert_eq!(issued.status, 201, "{}", issued.text);
    let token = issued.body["token"].as_str().unwrap().to_owned();
    assert_eq!(status(&world, &token).await, 200);
    *time.lock().unwrap() += Duration::from_secs(3 * 86_400);
    let refused = call(&world, &token, Method::GET, "/Users", None).await;
    assert_eq!(refused.status, 401);
    assert!(refused.detail().contains("expired at 2026-11-30T00:00:00.000Z"), "{}", refused.detail());
    world.close().await;
}

#[tokio::test]
async fn an_expired_token_is_told_when_it_expired() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql] {
        an_expired_token_is_told_when(backend).await;
    }
}
