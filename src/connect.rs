//! Connection options that keep what is acknowledged.

use std::time::Duration;

use log::LevelFilter;
use sea_orm::ConnectOptions;

/// Options for a connection that [`build`](crate::Builder::build) accepts.
///
/// SQLite: WAL with `synchronous=FULL`, foreign keys on, 5 s of patience. PostgreSQL and MySQL: UTF-8 and UTC. On all:
/// up to 8 connections, 5 s to get one, statements logged at DEBUG without their values.
///
/// SQLite has one writer. Open one connection pool for writing (`max_connections(1)`) and another for
/// [`reader`](crate::Builder::reader): waiting writers then never hold the connections that readers need.
///
/// `sqlite::memory:` is not served: it cannot be WAL, and each of its connections is another database.
///
/// ```no_run
/// # async fn f() -> Result<(), sea_orm::DbErr> {
/// let db = sea_orm::Database::connect(fleet_scim::connect_options("postgres://scim@db/fleet")).await?;
/// # Ok(()) }
/// ```
#[must_use]
pub fn connect_options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging_level(LevelFilter::Debug)
        .sqlx_slow_statements_logging_settings(LevelFilter::Debug, Duration::from_millis(500));
    #[cfg(feature = "sqlite")]
    options.map_sqlx_sqlite_opts(|options| {
        use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
        options
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
    });
    #[cfg(feature = "mysql")]
    options.map_sqlx_mysql_opts(|options| options.charset("utf8mb4").timezone(Some("+00:00".to_owned())));
    options
}
