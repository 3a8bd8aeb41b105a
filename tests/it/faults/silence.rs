//! A database node that vanishes without closing its connections: a pulled cable, a firewall.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::{commits::behind_a_proxy, keeps_what_it_acknowledges};
use crate::{databases::Backend, world::World};

/// Every database connection of the pool is idle when the node vanishes. The next requests notice, and those after them
/// are served.
async fn is_noticed(backend: Backend) {
    let Some((world, proxy)) = behind_a_proxy(backend).await else { return };
    let create = |name: String| world.post("/Users", json!({ "userName": name }));
    join_all((0..8).map(|number| create(format!("u{number}@x.y")))).await;
    tokio::time::sleep(Duration::from_millis(300)).await;

    proxy.silence();
    recovers(&world).await;
    keeps_what_it_acknowledges(&world).await;
    world.close().await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_node_that_vanishes_is_noticed_on_postgres() {
        is_noticed(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_node_that_vanishes_is_noticed_on_mysql() {
        is_noticed(Backend::MySql).await;
    }
}

/// Every idle database connection is found to be dead when it is used. No restart is needed.
async fn recovers(world: &World) {
    let since = Instant::now();
    let mut answered = Vec::new();
    while !answered.ends_with(&[201, 201, 201]) {
        assert!(since.elapsed() < Duration::from_secs(20), "{answered:?}");
        let answer = world.post("/Users", json!({ "userName": format!("later{}@x.y", answered.len()) })).await;
        assert!(matches!(answer.status, 201 | 503), "{}", answer.text);
        answered.push(answer.status);
    }
}

/// The node vanishes while requests are in the middle of their statements. They get an answer, and so do all later
/// requests.
async fn in_the_middle(backend: Backend) {
    use fleet_scim::sea_orm::{ConnectionTrait, TransactionTrait};
    let Some((world, proxy)) = behind_a_proxy(backend).await else { return };
    let ava = world.user("ava@x.y").await;
    // A transaction of the host locks the row, so that the requests wait for it.
    let lock = world.writer.begin().await.unwrap();
    lock.execute_unprepared(&format!("UPDATE scim_users SET version = version WHERE id = {ava}")).await.unwrap();
    let path = format!("/Users/{ava}");
    let patch =
        |number: usize| world.patch(&path, json!([{ "op": "replace", "value": { "title": format!("t{number}") } }]));
    let cut = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        proxy.silence();
    };
    let since = Instant::now();
    let (answers, ()) = futures_util::future::join(join_all((0..8).map(patch)), cut).await;
    assert!(answers.iter().all(|answer| answer.status == 503), "{answers:?}");
    assert!(since.elapsed() < Duration::from_secs(16), "{:?}", since.elapsed());
    drop(lock);
    recovers(&world).await;
    keeps_what_it_acknowledges(&world).await;
    drop(proxy);
}

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn requests_in_the_middle_are_answered_when_a_node_vanishes_on_postgres() {
        in_the_middle(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn requests_in_the_middle_are_answered_when_a_node_vanishes_on_mysql() {
        in_the_middle(Backend::MySql).await;
    }
}
