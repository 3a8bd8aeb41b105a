//! A statement that fails ends its transaction, and nothing of it leaks into the next one.

use serde_json::json;

use super::{heal, keeps_what_it_acknowledges, refuse_rows};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_statement_that_fails_takes_nothing_of_later_requests_with_it(world: World) {
        for table in ["scim_changes", "scim_user_search", "scim_user_keys"] {
            refuse_rows(world, table).await;
            let refused = world.post("/Users", json!({ "userName": format!("{table}@x.y") })).await;
            assert_eq!(refused.status, 500, "{}", refused.text);
            heal(world, table).await;
            assert_eq!(world.ids("/Users", &format!("userName eq \"{table}@x.y\"")).await.len(), 0);
        }
        keeps_what_it_acknowledges(world).await;
    }

    async fn a_request_that_is_given_up_takes_nothing_of_later_requests_with_it(world: World) {
        let ava = world.user("ava@x.y").await;
        for milliseconds in 0..20 {
            let path = format!("/Users/{ava}");
            let patch = world.patch(&path, json!([{ "op": "replace", "value": { "title": format!("t{milliseconds}") } }]));
            let _ = tokio::time::timeout(std::time::Duration::from_micros(milliseconds * 300), patch).await;
            let create = world.post("/Users", json!({ "userName": format!("u{milliseconds}@x.y") }));
            let _ = tokio::time::timeout(std::time::Duration::from_micros(milliseconds * 300), create).await;
        }
        keeps_what_it_acknowledges(world).await;
    }

    async fn refusals_in_the_middle_of_a_snapshot_do_not_use_up_the_pool(world: World) {
        for _ in 0..40 {
            assert_eq!(world.get("/Groups/group-404").await.status, 404);
        }
        keeps_what_it_acknowledges(world).await;
    }
}
