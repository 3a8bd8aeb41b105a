//! A disk is full for a moment. SQLite then rolls back by itself. If the driver does not notice, every later
//! transaction becomes part of one that is never committed: its writes are acknowledged, read back, and gone at the
//! next start.

use fleet_scim::sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use super::keeps_what_it_acknowledges;
use crate::{databases::Backend, world::World};

async fn pragma(world: &World, sql: &str) -> i64 {
    let row = world.writer.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_503_and_loses_nothing_that_is_acknowledged_afterwards() {
    let Some(world) = World::new(Backend::Sqlite).await else { return };
    let pages = pragma(&world, "PRAGMA page_count").await;
    assert_eq!(pragma(&world, &format!("PRAGMA max_page_count = {}", pages + 2)).await, pages + 2);
    let mut statuses = Vec::new();
    for number in 0..20 {
        let body = json!({ "userName": format!("u{number}@x.y"), "title": "x".repeat(4000) });
        let answer = world.post("/Users", body).await;
        if answer.status != 201 {
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{}", answer.text);
        }
        statuses.push(answer.status);
    }
    assert!(statuses.contains(&503), "{statuses:?}");
    pragma(&world, "PRAGMA max_page_count = 1000000").await;
    keeps_what_it_acknowledges(&world).await;
    world.close().await;
}
