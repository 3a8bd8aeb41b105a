//! The module's tables come and go, and the host's own stay, on each database.

use fleet_scim::{
    ScimModule,
    poem::http::Method,
    sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement},
};

use serde_json::json;

use crate::{
    connections,
    databases::{Backend, connect},
    world::World,
};

async fn tables(database: &DatabaseConnection) -> Vec<String> {
    let sql = match database.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        DbBackend::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        }
        _ => {
            "SELECT CAST(table_name AS CHAR) AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
        }
    };
    let rows = database.query_all_raw(Statement::from_string(database.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

/// The host's own tables: one has a name that could easily collide, and one is the host's own ledger.
const OWN: [&str; 3] = [
    "CREATE TABLE host_emails (host_id BIGINT NOT NULL, email VARCHAR(255))",
    "CREATE TABLE hosts (id BIGINT NOT NULL)",
    "CREATE TABLE seaql_migrations (version VARCHAR(255) NOT NULL, applied_at BIGINT NOT NULL)",
];

async fn come_and_go(backend: Backend) {
    let Some(place) = backend.empty_place(false).await else { return };
    let database = connect(&place.url, 1).await;
    for sql in OWN {
        database.execute_unprepared(sql).await.unwrap();
    }
    database.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m_of_the_host', 1)").await.unwrap();
    let before = tables(&database).await;
    for _ in 0..2 {
        for _ in 0..2 {
            ScimModule::migrate(&database).await.unwrap();
            let ours = tables(&database).await.into_iter().filter(|name| !before.contains(name));
            let ours: Vec<String> = ours.collect();
            assert_eq!(ours.len(), 30, "{ours:?}");
            assert!(ours.iter().all(|name| name.starts_with("scim_") || name == "host_scim_user"), "{ours:?}");
        }
        ScimModule::revert(&database).await.unwrap();
        let left: Vec<String> = tables(&database).await;
        let left: Vec<&String> = left.iter().filter(|name| *name != "scim_migrations").collect();
        assert_eq!(left, before.iter().collect::<Vec<_>>());
    }
    database.close().await.unwrap();
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revert_is_refused_while_another_connection_holds_users() {
    for backend in Backend::ALL {
        let Some(world) = World::new(backend).await else { continue };
        world.user("ava@x.y").await;
        let okta = connections::connect(&world, "okta").await;
        let sam =
            connections::call(&world, &okta, Method::POST, "/Users", Some(json!({ "userName": "sam@x.y" }))).await;
        let refused = ScimModule::revert(&world.writer).await.unwrap_err().to_string();
        assert!(refused.contains("hold users or groups: okta") && refused.contains("nothing was touched"), "{refused}");
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
        let path = format!("/Users/{}", sam.body["id"].as_str().unwrap());
        assert_eq!(connections::call(&world, &okta, Method::DELETE, &path, None).await.status, 204);
        let native = world.scim.native().await.unwrap();
        let loaners = native.create_group(&json!({ "displayName": "Loaners" })).await.unwrap();
        let refused = ScimModule::revert(&world.writer).await.unwrap_err().to_string();
        assert!(refused.contains("hold users or groups: native"), "{refused}");
        native.delete_group(loaners).await.unwrap();
        ScimModule::revert(&world.writer).await.unwrap();
        ScimModule::migrate(&world.writer).await.unwrap();
        world.close().await;
    }
}

#[tokio::test]
async fn they_come_and_go_on_sqlite() {
    come_and_go(Backend::Sqlite).await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test]
    async fn they_come_and_go_on_postgres() {
        come_and_go(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test]
    async fn they_come_and_go_on_mysql() {
        come_and_go(Backend::MySql).await;
    }
}

/// Three processes start on an empty database.
#[tokio::test]
async fn processes_that_migrate_at_the_same_moment_do_not_trip_over_each_other() {
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql] {
        let Some(place) = backend.empty_place(false).await else { continue };
        let processes = [connect(&place.url, 1).await, connect(&place.url, 1).await, connect(&place.url, 2).await];
        let migrated = processes.iter().map(ScimModule::migrate);
        for outcome in futures_util::future::join_all(migrated).await {
            outcome.unwrap();
        }
        assert_eq!(tables(&processes[0]).await.iter().filter(|name| name.starts_with("scim_")).count(), 29);
        for process in processes {
            process.close().await.unwrap();
        }
        place.remove().await;
    }
}

mod building {
    use fleet_scim::{Authenticator, AuthenticatorError, Error, Principal, sea_orm::Database};

    use super::*;

    struct Nobody;

    impl Authenticator for Nobody {
        async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
            Ok(None)
        }
    }

    #[tokio::test]
    async fn without_the_tables_is_refused() {
        for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql] {
            let Some(place) = backend.empty_place(false).await else { continue };
            let database = connect(&place.url, 1).await;
            let refused = ScimModule::builder(database.clone(), Nobody).build().await;
            assert!(matches!(refused, Err(Error::NotMigrated)), "{refused:?}");
            database.close().await.unwrap();
            place.remove().await;
        }
    }

    #[tokio::test]
    async fn settings_that_cannot_be_meant_are_refused() {
        let Some(place) = Backend::Sqlite.place().await else { return };
        let database = connect(&place.url, 1).await;
        let builder = || ScimModule::builder(database.clone(), Nobody);
        for (builder, named) in [
            (builder().public_url("fleet.example.com"), "public_url"),
            (builder().mount_path("scim"), "mount_path"),
            (builder().max_page(0), "max_page"),
            (builder().max_page(1001), "max_page"),
            (builder().bulk_time(std::time::Duration::ZERO), "bulk_time"),
            (builder().public_url(""), "public_url"),
            (builder().public_url("ftp://fleet.example.com"), "public_url"),
            (builder().public_url("https://fleet.example.com/?a=b"), "public_url"),
            (builder().hosts_url("hosts"), "hosts_url"),
            (builder().cursor_timeout(std::time::Duration::ZERO), "cursor_timeout"),
        ] {
            let Err(Error::Invalid(why)) = builder.build().await else { panic!("{named}") };
            assert!(why.contains(named), "{why}");
        }
        assert!(builder().public_url("https://fleet.example.com/base/").hosts_url("/hosts").build().await.is_ok());
        database.close().await.unwrap();
        place.remove().await;
    }

    /// Checks that each setting is refused. The pool has one database connection, so the setting of its session
    /// applies.
    async fn unfit_by(backend: Backend, settings: &[(&str, &str)]) {
        let Some(place) = backend.place().await else { return };
        for (setting, named) in settings {
            let database = connect(&place.url, 1).await;
            database.execute_unprepared(setting).await.unwrap();
            let Err(Error::Unfit { found, advice }) = ScimModule::builder(database.clone(), Nobody).build().await
            else {
                panic!("{setting} is refused")
            };
            assert!(found.contains(named), "{found}");
            assert!(!advice.is_empty());
            database.close().await.unwrap();
        }
        place.remove().await;
    }

    #[tokio::test]
    async fn on_postgres_that_loses_writes_is_refused_with_advice() {
        unfit_by(
            Backend::Postgres,
            &[
                ("SET synchronous_commit = off", "synchronous_commit is off"),
                ("SET synchronous_commit = local", "local"),
            ],
        )
        .await;
    }

    #[tokio::test]
    async fn on_mysql_that_cuts_or_confuses_values_is_refused_with_advice() {
        let settings = [("SET SESSION sql_mode = ''", "sql_mode"), ("SET NAMES latin1", "character set")];
        unfit_by(Backend::MySql, &settings).await;
    }

    #[tokio::test]
    async fn on_a_database_that_loses_writes_is_refused_with_advice() {
        let Some(place) = Backend::Sqlite.empty_place(false).await else { return };
        let plain = Database::connect(format!("{}?mode=rwc", place.url)).await.unwrap();
        for (pragma, named) in [
            ("PRAGMA journal_mode = DELETE", "journal_mode"),
            ("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", "synchronous"),
            ("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF", "foreign_keys"),
        ] {
            plain.execute_unprepared(pragma).await.unwrap();
            let Err(Error::Unfit { found, advice }) = ScimModule::builder(plain.clone(), Nobody).build().await else {
                panic!("{pragma} is refused")
            };
            assert!(found.contains(named), "{found}");
            assert!(advice.contains("fleet_scim::connect"), "{advice}");
        }
    }
}
