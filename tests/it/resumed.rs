//! Migrations that were interrupted, and tables that are not ours.

use fleet_scim::{
    Error, ScimModule,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement},
};

use crate::databases::{Backend, connect};

async fn steps(database: &DatabaseConnection) -> Vec<(String, i64)> {
    let sql = "SELECT version, applied_at FROM scim_migrations ORDER BY version";
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "version").unwrap(), row.try_get("", "applied_at").unwrap())).collect()
}

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

/// Removes what a step made.
async fn undo(database: &DatabaseConnection, step: &str) {
    let drop_column = |table: &str, column: &str| format!("ALTER TABLE {table} DROP COLUMN {column}");
    let on_mysql = database.get_database_backend() == DbBackend::MySql;
    let drop_index = |table: &str, index: &str| {
        if on_mysql { format!("DROP INDEX {index} ON {table}") } else { format!("DROP INDEX {index}") }
    };
    let (_, does) = step.split_once("_000").unwrap();
    let statements = match &does[4..] {
        "create_host_scim_user" => vec!["DROP VIEW host_scim_user".to_owned()],
        // Some other text of the view, with the same columns.
        "limit_host_scim_user" => vec![
            "DROP VIEW host_scim_user".to_owned(),
            "CREATE VIEW host_scim_user AS
             SELECT h.host_id, k.scim_user_id, k.connection_id, h.source, h.source_rank, h.email, k.match_rank
             FROM scim_host_emails h JOIN scim_user_keys k ON k.email_key = h.email_key"
                .to_owned(),
        ],
        "add_limited_to_scim_host_emails" => vec![drop_column("scim_host_emails", "limited")],
        "add_finds_hosts_to_scim_user_keys" => vec![drop_column("scim_user_keys", "finds_hosts")],
        "add_settings_of_requests" => ["keeps_emails", "deletes_deactivated", "refuses_unknown_members"]
            .map(|column| drop_column("scim_connection_profiles", column))
            .to_vec(),
        "add_number_to_scim_changes" => vec![drop_column("scim_changes", "number")],
        "create_scim_changes_number_idx" => vec![drop_index("scim_changes", "scim_changes_number_idx")],
        "create_scim_group_group_connection_idx" => {
            vec![drop_index("scim_group_group", "scim_group_group_connection_idx")]
        }
        "add_causes_to_scim_host_told" => vec![drop_column("scim_host_told", "causes")],
        "add_keeps_identifiers" => vec![drop_column("scim_connection_profiles", "keeps_identifiers")],
        "add_announced_days_to_scim_tokens" => vec![drop_column("scim_tokens", "announced_days")],
        "add_announced_days_to_scim_client_secrets" => vec![drop_column("scim_client_secrets", "announced_days")],
        "add_attributes_to_scim_connections" => ["attributes", "attributes_after", "attributes_again_at"]
            .map(|column| drop_column("scim_connections", column))
            .to_vec(),
        "add_federation_to_scim_clients" => {
            ["issuer", "subject", "audience"].map(|column| drop_column("scim_clients", column)).to_vec()
        }
        "add_requests_per_second" => vec![drop_column("scim_connection_profiles", "requests_per_second")],
        "add_domains_to_scim_connections" => {
            vec![drop_column("scim_connections", "domains_after"), drop_column("scim_connections", "domains")]
        }
        made => vec![format!("DROP TABLE {}", made.strip_prefix("create_").unwrap())],
    };
    for statement in statements {
        run(database, &statement).await;
    }
}

fn refusal(outcome: Result<(), Error>) -> String {
    match outcome {
        Err(Error::Database(DbErr::Migration(why))) => why,
        other => panic!("{other:?}"),
    }
}

/// A process that was killed left a step in the ledger as begun, and of the step itself all or nothing.
#[tokio::test]
async fn a_step_that_was_cut_off_anywhere_is_completed() {
    for backend in Backend::ALL {
        let Some(place) = backend.place().await else { continue };
        let database = connect(&place.url, 1).await;
        let all = steps(&database).await;
        for cut in 0..all.len() {
            ScimModule::migrate(&database).await.unwrap();
            // Everything after step `cut` is removed, as if that step had just begun.
            for (step, _) in all[cut + 1..].iter().rev() {
                undo(&database, step).await;
                run(&database, &format!("DELETE FROM scim_migrations WHERE version = '{step}'")).await;
            }
            let (step, _) = &all[cut];
            run(&database, &format!("UPDATE scim_migrations SET applied_at = -1 WHERE version = '{step}'")).await;
            if cut % 2 == 1 {
                undo(&database, step).await;
            }
            ScimModule::migrate(&database).await.unwrap();
            let ledger = steps(&database).await;
            assert_eq!(ledger.len(), all.len());
            assert!(ledger.iter().all(|(_, applied_at)| *applied_at > 0), "{ledger:?}");
        }
        let sql = "SELECT name FROM scim_connections";
        let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
        assert_eq!(rows.len(), 1, "the first step is not taken twice");
        database.close().await.unwrap();
        place.remove().await;
    }
}

#[tokio::test]
async fn a_revert_that_was_cut_off_is_completed() {
    for backend in Backend::ALL {
        let Some(place) = backend.place().await else { continue };
        let database = connect(&place.url, 1).await;
        run(&database, "DROP VIEW host_scim_user").await;
        run(&database, "UPDATE scim_migrations SET applied_at = -1 WHERE version LIKE '%host_scim_user'").await;
        ScimModule::revert(&database).await.unwrap();
        assert_eq!(steps(&database).await, []);
        ScimModule::migrate(&database).await.unwrap();
        database.close().await.unwrap();
        place.remove().await;
    }
}

#[tokio::test]
async fn what_is_not_ours_is_named_and_not_touched() {
    // SQLite ignores letter case in names.
    let spelled =
        Backend::ALL.map(|backend| (backend, "scim_groups")).into_iter().chain([(Backend::Sqlite, "SCIM_Groups")]);
    for (backend, table) in spelled {
        let Some(place) = backend.empty_place(false).await else { continue };
        let database = connect(&place.url, 1).await;
        run(&database, &format!("CREATE TABLE {table} (of_the_host BIGINT NOT NULL)")).await;
        run(&database, "INSERT INTO scim_groups VALUES (7)").await;
        for _ in 0..2 {
            let why = refusal(ScimModule::migrate(&database).await);
            assert!(why.contains("scim_groups") && why.contains("did not make"), "{why}");
        }
        ScimModule::revert(&database).await.unwrap();
        let row = Statement::from_string(database.get_database_backend(), "SELECT of_the_host FROM scim_groups");
        assert_eq!(database.query_one_raw(row).await.unwrap().unwrap().try_get::<i64>("", "of_the_host").unwrap(), 7);
        database.close().await.unwrap();
        place.remove().await;
    }
}

#[tokio::test]
async fn a_ledger_from_before_the_baseline_gets_one_sentence_and_is_not_touched() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let database = connect(&place.url, 1).await;
        run(
            &database,
            "CREATE TABLE scim_migrations (version VARCHAR(255) NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)",
        )
        .await;
        run(&database, "INSERT INTO scim_migrations VALUES ('m20261121_000001_create_scim_connections', 1)").await;
        for outcome in [ScimModule::migrate(&database).await, ScimModule::revert(&database).await] {
            let why = refusal(outcome);
            assert!(why.contains("before the first release") && why.contains("nothing was touched"), "{why}");
        }
        assert_eq!(steps(&database).await.len(), 1);
        database.close().await.unwrap();
        place.remove().await;
    }
}

/// A newer version took further steps. This version continues to serve, and does not revert them.
#[tokio::test]
async fn steps_of_a_newer_version_do_no_harm() {
    for backend in Backend::ALL {
        let Some(place) = backend.place().await else { continue };
        let database = connect(&place.url, 2).await;
        run(&database, "INSERT INTO scim_migrations VALUES ('m20991231_000001_add_something', 1)").await;
        ScimModule::migrate(&database).await.unwrap();
        ScimModule::builder(database.clone(), crate::world::Roles).build().await.unwrap();
        assert!(refusal(ScimModule::revert(&database).await).contains("newer version"));
        database.close().await.unwrap();
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_says_what_is_missing() {
    for backend in Backend::ALL {
        let Some(world) = crate::world::World::new(backend).await else { continue };
        world.scim.ready().await.unwrap();
        run(&world.writer, "DELETE FROM scim_migrations WHERE version LIKE '%host_scim_user'").await;
        assert!(matches!(world.scim.ready().await, Err(Error::NotMigrated)));
        world.reader.clone().close().await.unwrap();
        world.writer.clone().close().await.unwrap();
        assert!(matches!(world.scim.ready().await, Err(Error::Database(_))));
    }
}
