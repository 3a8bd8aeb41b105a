//! The statement of the guide that shows hosts with their owners asks the view host by host.

use fleet_scim::hosts::Source;
use sea_orm::{ConnectionTrait, Statement};

use crate::{databases::Backend, on_each_database, world::World};

const GUIDE: &str = include_str!("../../../docs/hosting.md");

/// The statement of the guide.
fn statement() -> String {
    let (_, after) = GUIDE.split_once("### Join in SQL").unwrap();
    let (_, after) = after.split_once("```sql\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

on_each_database! {
    async fn the_join_of_the_guide_shows_every_host_and_never_makes_the_whole_view(world: World) {
        world.writer.execute_unprepared("CREATE TABLE hosts (id BIGINT NOT NULL PRIMARY KEY, hostname VARCHAR(64))").await.unwrap();
        for host in 1..=3 {
            let row = format!("INSERT INTO hosts (id, hostname) VALUES ({host}, 'laptop-{host}')");
            world.writer.execute_unprepared(&row).await.unwrap();
        }
        world.user("ava@x.y").await;
        world.host(2, &Source::Idp, "AVA@x.y").await;
        let backend = world.writer.get_database_backend();
        let rows = world.reader.query_all_raw(Statement::from_string(backend, statement())).await.unwrap();
        let rows: Vec<(i64, Option<String>)> =
            rows.iter().map(|row| (row.try_get("", "id").unwrap(), row.try_get("", "user_name").unwrap())).collect();
        assert_eq!(rows, [(1, None), (2, Some("ava@x.y".to_owned())), (3, None)]);
        let explain = if backend == sea_orm::DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
        let plan = world.reader.query_all_raw(Statement::from_string(backend, format!("{explain} {}", statement()))).await.unwrap();
        let column = match world.backend {
            Backend::Sqlite => "detail",
            Backend::Postgres => "QUERY PLAN",
            Backend::MySql => "select_type",
        };
        let plan: Vec<String> = plan.iter().map(|row| row.try_get("", column).unwrap()).collect();
        let plan = plan.join("\n");
        match world.backend {
            Backend::Sqlite => {
                assert!(!plan.contains("MATERIALIZE") && !plan.contains("CO-ROUTINE host_scim_user"), "{plan}");
                assert!(plan.contains("CORRELATED SCALAR SUBQUERY"), "{plan}");
            }
            Backend::Postgres => assert!(plan.contains("SubPlan"), "{plan}"),
            Backend::MySql => assert!(plan.contains("DEPENDENT SUBQUERY") && !plan.contains("MATERIALIZED"), "{plan}"),
        }
    }
}
