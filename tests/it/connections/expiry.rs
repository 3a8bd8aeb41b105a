//! The end of a token or client secret is announced 30, 7 and 1 days ahead, once each time, whatever number of processes there
//! is, and never for one that has a successor.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use fleet_scim::{
    ScimModule,
    poem::http::Method,
    sea_orm::{ConnectionTrait, Statement},
};
use serde_json::{Value, json};

use super::{call, connect};
use crate::{on_each_database, world::World};

/// 2026-11-28, 00:00 UTC.
const MIDNIGHT: u64 = 1_795_824_000;
const DAY: u64 = 86_400;

/// A server whose clock shows the returned number of seconds since 1970, and another process with that clock.
async fn servers(like: &World) -> (World, ScimModule, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(MIDNIGHT));
    let clock = || {
        let shown = seconds.clone();
        move || UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed))
    };
    let world = World::with(like.backend, |builder| builder.clock(clock())).await.unwrap();
    let sibling = world.sibling_with(|builder| builder.clock(clock())).await;
    (world, sibling, seconds)
}

/// Lets both processes announce at the same time.
async fn announce(world: &World, sibling: &ScimModule) {
    let a_while = || tokio::time::sleep(Duration::from_millis(400));
    tokio::join!(world.scim.worker(a_while()), sibling.worker(a_while()));
}

/// Returns what was announced: the credential, its id, and how many days ahead.
async fn announced(world: &World) -> Vec<(String, String, i64)> {
    let sql = "SELECT detail FROM scim_changes WHERE kind = 'credential.ends' ORDER BY id";
    let statement = Statement::from_string(world.writer.get_database_backend(), sql);
    let rows = world.writer.query_all_raw(statement).await.unwrap();
    let details = rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap());
    let details = details.map(|detail| serde_json::from_str::<Value>(&detail).unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut found: Vec<_> = details
        .map(|detail| (text(&detail["credential"]), text(&detail["id"]), detail["days"].as_i64().unwrap()))
        .collect();
    found.sort();
    found
}

/// Returns what `/details` of a connection says of credentials that end: the credential and when.
async fn shown(world: &World, token: &str) -> Vec<(String, String)> {
    let details = call(world, token, Method::GET, "/details", None).await;
    assert_eq!(details.status, 200, "{}", details.text);
    let Some(ending) = details.body["ending_credentials"].as_array() else { return vec![] };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    ending.iter().map(|of| (text(&of["credential"]), text(&of["expires_at"]))).collect()
}

on_each_database! {
    async fn an_end_is_announced_once_30_7_and_1_days_ahead(world: World) {
        let (world, sibling, seconds) = servers(world).await;
        let observer = connect(&world, "okta").await;
        let token = world.post("/connections/okta/tokens", json!({ "expiresAt": "2027-11-28T00:00:00Z" })).await;
        let client = world.post("/connections/okta/clients", json!({ "expiresAt": "2027-11-29T00:00:00Z" })).await;
        assert_eq!((token.status, client.status), (201, 201), "{} {}", token.text, client.text);
        let id = |of: &Value| of["id"].as_str().unwrap().to_owned();
        let (token, secret) = (id(&token.body), id(&client.body["secrets"][0]));
        let of = |credential: &str, days: &[i64]| {
            let id = if credential == "token" { &token } else { &secret };
            days.iter().map(|days| (credential.to_owned(), id.clone(), *days)).collect::<Vec<_>>()
        };
        for (day, secrets, tokens) in [
            (334, vec![], vec![]),
            (336, vec![30], vec![30]),
            (337, vec![30], vec![30]),
            (358, vec![30], vec![7, 30]),
            (359, vec![7, 30], vec![7, 30]),
            (364, vec![7, 30], vec![1, 7, 30]),
            (365, vec![1, 7, 30], vec![1, 7, 30]),
        ] {
            seconds.store(MIDNIGHT + day * DAY, Ordering::Relaxed);
            announce(&world, &sibling).await;
            let expected = [of("client_secret", &secrets), of("token", &tokens)].concat();
            assert_eq!(announced(&world).await, expected, "day {day}");
        }
        seconds.store(MIDNIGHT + 358 * DAY, Ordering::Relaxed);
        let ends = |credential: &str, at: &str| (credential.to_owned(), at.to_owned());
        let both = [ends("token", "2027-11-28T00:00:00.000Z"), ends("client_secret", "2027-11-29T00:00:00.000Z")];
        assert_eq!(shown(&world, &observer).await, both);
        assert_eq!(shown(&world, "admin").await, [], "another connection has none");
        seconds.store(MIDNIGHT + 365 * DAY, Ordering::Relaxed);
        assert_eq!(shown(&world, &observer).await, [both[1].clone()], "one is over");
        world.close().await;
    }

    async fn a_token_that_has_a_successor_is_not_announced_and_the_successor_is(world: World) {
        let (world, sibling, seconds) = servers(world).await;
        let admin = connect(&world, "okta").await;
        let old = world.post("/connections/okta/tokens", json!({ "expiresAt": "2026-12-08T00:00:00Z" })).await;
        let rotated = world.post(&format!("/connections/okta/tokens/{}/rotate", old.body["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(rotated.status, 201, "{}", rotated.text);
        announce(&world, &sibling).await;
        let successor = rotated.body["id"].as_str().unwrap().to_owned();
        assert_eq!(announced(&world).await, [("token".to_owned(), successor, 30)]);
        assert_eq!(shown(&world, &admin).await, [("token".to_owned(), "2026-12-08T00:00:00.000Z".to_owned())]);
        seconds.store(MIDNIGHT + 11 * DAY, Ordering::Relaxed);
        assert_eq!(shown(&world, &admin).await, []);
        let client = world.post("/connections/okta/clients", json!({ "expiresAt": "2027-12-20T00:00:00Z" })).await;
        let route = format!("/connections/okta/clients/{}/secrets", client.body["id"].as_str().unwrap());
        seconds.store(MIDNIGHT + 370 * DAY, Ordering::Relaxed);
        assert_eq!(world.post(&route, json!({})).await.status, 201);
        let before = announced(&world).await;
        announce(&world, &sibling).await;
        assert_eq!((announced(&world).await, shown(&world, &admin).await), (before, vec![]), "another secret was made");
        world.close().await;
    }
}
