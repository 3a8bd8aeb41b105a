//! The database fails in the middle of a request. What is acknowledged afterwards is kept.

mod acknowledged;
mod clocks;
mod commits;
mod deadlock;
mod full_disk;
mod host;
mod proxy;
mod silence;

use fleet_scim::sea_orm::{ConnectionTrait, DbBackend};

use crate::world::World;

/// Refuses each new row of a table, until [`heal`].
async fn refuse_rows(world: &World, table: &str) {
    for sql in refusal(world.writer.get_database_backend(), table) {
        world.writer.execute_unprepared(&sql).await.unwrap();
    }
}

fn refusal(backend: DbBackend, table: &str) -> Vec<String> {
    match backend {
        // This also ends the transaction, as a full disk does.
        DbBackend::Sqlite => {
            vec![format!("CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ROLLBACK, 'a fault'); END")]
        }
        DbBackend::Postgres => vec![
            "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a fault''; END'"
                .to_owned(),
            format!("CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fault()"),
        ],
        _ => vec![format!(
            "CREATE TRIGGER fault BEFORE INSERT ON {table} FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a fault'"
        )],
    }
}

async fn heal(world: &World, table: &str) {
    let statements: &[String] = &match world.writer.get_database_backend() {
        DbBackend::Postgres => vec![format!("DROP TRIGGER fault ON {table}"), "DROP FUNCTION fault()".to_owned()],
        _ => vec!["DROP TRIGGER fault".to_owned()],
    };
    for sql in statements {
        world.writer.execute_unprepared(sql).await.unwrap();
    }
}

/// Checks that another process, which has nothing but the database, sees what later requests acknowledge.
async fn keeps_what_it_acknowledges(world: &World) {
    use fleet_scim::poem::http::Method;
    use serde_json::json;
    let taken = world.user("taken@x.y").await;
    let again = world.post("/Users", json!({ "userName": "taken@x.y" })).await;
    assert_eq!(again.status, 409, "{}", again.text);
    let ava = world.user("ava.later@x.y").await;
    let group = world.group("later", &[&ava]).await;
    let left =
        world.patch(&format!("/Users/{taken}"), json!([{ "op": "replace", "value": { "active": false } }])).await;
    assert_eq!(left.status, 200, "{}", left.text);
    let other = world.sibling().await;
    let get = async |path: String| world.send_to(&other, world.request(Method::GET, &path, "admin").finish()).await;
    assert_eq!(get(format!("/Users/{taken}")).await.body["active"], false);
    assert_eq!(get(format!("/Users/{ava}")).await.body["userName"], "ava.later@x.y");
    assert_eq!(get(format!("/Groups/{group}")).await.body["members"][0]["value"], ava.as_str());
}
