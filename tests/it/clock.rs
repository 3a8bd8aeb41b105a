//! All times come from the clock that the host provides.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use serde_json::json;

use crate::{on_each_database, world::World};

/// 2026-11-27, 00:00 UTC.
const MIDNIGHT: u64 = 1_795_737_600;

/// Starts a server whose clock shows the returned number of seconds since 1970.
async fn server(like: &World) -> (World, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(MIDNIGHT));
    let shown = seconds.clone();
    let clock = move || UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed));
    (World::with(like.backend, |builder| builder.clock(clock)).await.unwrap(), seconds)
}

on_each_database! {
    async fn times_are_the_clocks(world: World) {
        let (world, seconds) = server(world).await;
        let path = format!("/Users/{}", world.user("ava@x.y").await);
        let meta = world.get(&path).await.body["meta"].clone();
        assert_eq!((&meta["created"], &meta["lastModified"]), (&json!("2026-11-27T00:00:00.000Z"), &meta["created"]));
        assert_eq!(world.last_request().await["requested_at"], meta["created"]);
        // A clock that goes back must not hide a change from a client that asks for newer ones.
        seconds.store(MIDNIGHT - 86_400, Ordering::Relaxed);
        let changed = world.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Dr" }])).await;
        assert_eq!(changed.body["meta"]["lastModified"], "2026-11-27T00:00:00.001Z");
        world.close().await;
    }

    async fn a_cursor_ends_by_the_clock(world: World) {
        let (world, seconds) = server(world).await;
        for name in ["a", "b"] {
            world.user(name).await;
        }
        let first = world.get("/Users?cursor&count=1").await;
        let next = format!("/Users?count=1&cursor={}", first.body["nextCursor"].as_str().unwrap());
        seconds.store(MIDNIGHT + 3599, Ordering::Relaxed);
        assert_eq!(world.get(&next).await.status, 200);
        seconds.store(MIDNIGHT + 3601, Ordering::Relaxed);
        let ended = world.get(&next).await;
        assert_eq!((ended.status, &ended.body["scimType"]), (400, &json!("expiredCursor")));
        world.close().await;
    }
}
