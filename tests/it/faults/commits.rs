//! The answer to a COMMIT is lost. The request finds out what became of it, and does what it was asked exactly once.

use fleet_scim::poem::http::Method;
use serde_json::json;

use super::{
    keeps_what_it_acknowledges,
    proxy::{Fault, Proxy},
};
use crate::{databases::Backend, world::World};

/// Creates a world behind a proxy, or returns `None` if no server is given. SQLite has no TCP connection to lose.
pub async fn behind_a_proxy(backend: Backend) -> Option<(World, Proxy)> {
    let mut place = backend.place().await?;
    let proxy = Proxy::before(&place.url).await;
    place.url.clone_from(&proxy.url);
    Some((World::at(backend, place, |builder| builder).await, proxy))
}

async fn is_done_once(backend: Backend, fault: Fault) {
    let Some((world, proxy)) = behind_a_proxy(backend).await else { return };
    let sam = world.user("sam@x.y").await;
    let group = world.group("g", &[]).await;

    proxy.arm(fault);
    let created = world.post("/Users", json!({ "userName": "ava@x.y" })).await;
    assert!(proxy.is_spent());
    assert_eq!(created.status, 201, "{}", created.text);
    let ava = created.body["id"].as_str().unwrap().to_owned();
    assert_eq!(world.ids("/Users", "userName eq \"ava@x.y\"").await, [ava.as_str()]);

    proxy.arm(fault);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ava }, { "value": sam }] }]);
    let added = world.patch(&format!("/Groups/{group}"), add).await;
    assert!(proxy.is_spent());
    assert_eq!((added.status, &added.body["meta"]["version"]), (200, &json!("W/\"2\"")), "{}", added.text);
    assert_eq!(world.members(&group).await, [sam.as_str(), ava.as_str()]);

    proxy.arm(fault);
    let deleted = world.call(Method::DELETE, &format!("/Users/{ava}"), None).await;
    assert!(proxy.is_spent());
    assert_eq!(deleted.status, 204, "{}", deleted.text);
    assert_eq!(world.members(&group).await, [sam.as_str()]);

    keeps_what_it_acknowledges(&world).await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_done_once_on_postgres() {
    is_done_once(Backend::Postgres, Fault::LoseAnswerToCommit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_done_once_on_mysql() {
    is_done_once(Backend::MySql, Fault::LoseAnswerToCommit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_done_once_on_postgres() {
    is_done_once(Backend::Postgres, Fault::LoseCommit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_done_once_on_mysql() {
    is_done_once(Backend::MySql, Fault::LoseCommit).await;
}

async fn a_lost_rollback(backend: Backend) {
    let Some((world, proxy)) = behind_a_proxy(backend).await else { return };
    let ava = world.user("ava@x.y").await;
    for _ in 0..20 {
        proxy.arm(Fault::LoseRollback);
        // The request is refused after it locked the row, so it ends with ROLLBACK.
        let refused =
            world.patch(&format!("/Users/{ava}"), json!([{ "op": "replace", "path": "userName", "value": "" }])).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    keeps_what_it_acknowledges(&world).await;
    world.close().await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_connection_cut_at_rollback_never_serves_again_on_postgres() {
        a_lost_rollback(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_connection_cut_at_rollback_never_serves_again_on_mysql() {
        a_lost_rollback(Backend::MySql).await;
    }
}

/// The constraint is checked at COMMIT. When it fails on SQLite, the transaction stays open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_refused_takes_nothing_of_later_requests_with_it() {
    use fleet_scim::sea_orm::ConnectionTrait;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let Some(world) = World::new(backend).await else { continue };
        let reference = "BIGINT NOT NULL REFERENCES scim_users (id) DEFERRABLE INITIALLY DEFERRED";
        let (make, heal) = match backend {
            Backend::Sqlite => (
                "CREATE TRIGGER fault AFTER INSERT ON scim_changes BEGIN INSERT INTO fault_rows VALUES (-1); END".to_owned(),
                "DROP TRIGGER fault",
            ),
            _ => (
                "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO fault_rows VALUES (-1); RETURN NEW; END'"
                    .to_owned(),
                "DROP TRIGGER fault ON scim_changes",
            ),
        };
        world.writer.execute_unprepared(&format!("CREATE TABLE fault_rows (user_id {reference})")).await.unwrap();
        world.writer.execute_unprepared(&make).await.unwrap();
        if backend == Backend::Postgres {
            let sql = "CREATE TRIGGER fault AFTER INSERT ON scim_changes FOR EACH ROW EXECUTE FUNCTION fault()";
            world.writer.execute_unprepared(sql).await.unwrap();
        }
        let refused = world.post("/Users", json!({ "userName": "ava@x.y" })).await;
        assert_eq!(refused.status, 500, "{}", refused.text);
        world.writer.execute_unprepared(heal).await.unwrap();
        assert_eq!(world.ids("/Users", "userName eq \"ava@x.y\"").await.len(), 0);
        keeps_what_it_acknowledges(&world).await;
        world.close().await;
    }
}
