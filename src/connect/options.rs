//! Options of pools whose every database connection keeps what it acknowledges.

use std::time::Duration;

use log::LevelFilter;
use sea_orm::ConnectOptions;

/// How long a database connection that was idle may take to confirm that it is alive and may write.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const TEST: Duration = Duration::from_secs(1);

/// How long to wait for SQLite while another process writes.
pub const BUSY: Duration = Duration::from_secs(5);

/// Returns options for a pool that [`build`](crate::Builder::build) accepts, for a host that opens its own.
///
/// - All: up to 8 connections, 5 s to get one, none closed because of its age, statements logged at DEBUG without their
///   values.
/// - SQLite: WAL with `synchronous=FULL`, foreign keys on, 5 s busy timeout. Give the writing pool `max_connections(1)` and
///   the reader one of its own.
/// - PostgreSQL: no `extra_float_digits`, which pgbouncer refuses. A connection that was idle is asked, in place of the
///   pool's ping and within 1 s, whether its server still accepts writes.
/// - MySQL and MariaDB: UTF-8 and UTC; the same check; on a node of a Galera cluster each connection waits for what was
///   committed on the others (`wsrep_sync_wait = 7`).
///
/// These checks are hooks of the pool. A closure that you give to `map_sqlx_postgres_pool_opts` or
/// `map_sqlx_mysql_pool_opts` replaces them: then a connection to a server that has become a standby stays in use, and
/// Galera needs `wsrep_sync_wait = 7` in the server's configuration.
#[must_use]
pub fn connect_options(url: &str) -> ConnectOptions {
    // The same protocol under the name that people know.
    let url = url.strip_prefix("mariadb://").map_or_else(|| url.to_owned(), |rest| format!("mysql://{rest}"));
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging_level(LevelFilter::Debug)
        .sqlx_slow_statements_logging_settings(LevelFilter::Debug, Duration::from_millis(500));
    // No connection is closed because of its age alone: in sqlx 0.9.0, the task that looks for such connections counts the
    // idle ones with a number that wraps around if one is taken at the moment it is returned, and then occupies a thread of
    // the runtime for ever (a test hung for ten minutes, 2026-11-27). A connection that its server closed is noticed when it
    // is taken from the pool.
    options.idle_timeout(None).max_lifetime(None);
    #[cfg(feature = "sqlite")]
    sqlite(&mut options);
    #[cfg(feature = "postgres")]
    postgres(&mut options);
    #[cfg(feature = "mysql")]
    mysql(&mut options);
    options
}

#[cfg(feature = "sqlite")]
fn sqlite(options: &mut ConnectOptions) {
    use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
    options.map_sqlx_sqlite_opts(|options| {
        options
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
    });
    // There is nothing between us and the file that a ping could find. But if SQLite rolls back a transaction of the host by
    // itself, the driver still believes that it is in the transaction, and every later one would be a savepoint that nobody
    // commits.
    options.map_sqlx_sqlite_pool_opts(|options| {
        use sea_orm::sqlx::Connection;
        options
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
    });
}

#[cfg(feature = "postgres")]
fn postgres(options: &mut ConnectOptions) {
    options.map_sqlx_postgres_opts(|options| options.extra_float_digits(None));
    options.map_sqlx_postgres_pool_opts(|options| {
        options
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(serves(connection, "SELECT NOT pg_is_in_recovery()")))
            .after_connect(|connection, _| Box::pin(must_serve(connection, "SELECT NOT pg_is_in_recovery()")))
    });
}

#[cfg(feature = "mysql")]
fn mysql(options: &mut ConnectOptions) {
    options.map_sqlx_mysql_opts(|options| options.charset("utf8mb4").timezone(Some("+00:00".to_owned())));
    options.map_sqlx_mysql_pool_opts(|options| {
        options
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(serves(connection, "SELECT @@read_only = 0")))
            .after_connect(|connection, _| Box::pin(prepare_mysql(connection)))
    });
}

/// Says whether the server answers and accepts writes: an old primary that has become a standby would refuse every write,
/// and show outdated data.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn serves<C>(connection: &mut C, question: &'static str) -> Result<bool, sea_orm::sqlx::Error>
where
    C: sea_orm::sqlx::Connection,
    for<'c> &'c mut C: sea_orm::sqlx::Executor<'c, Database = C::Database>,
    bool: sea_orm::sqlx::Type<C::Database> + for<'r> sea_orm::sqlx::Decode<'r, C::Database>,
    usize: sea_orm::sqlx::ColumnIndex<<C::Database as sea_orm::sqlx::Database>::Row>,
{
    use sea_orm::sqlx::{Error, Executor, Row};
    if connection.is_in_transaction() {
        // A transaction that failed to end.
        return Ok(false);
    }
    let answer = tokio::time::timeout(TEST, connection.fetch_one(question)).await;
    let row = answer.map_err(|_| Error::Io(std::io::ErrorKind::TimedOut.into()))??;
    row.try_get(0)
}

/// Checks a new database connection like [`serves`]: the pool waits and makes another attempt until the address leads to a
/// server that accepts writes, or its time is up.
#[cfg(any(feature = "postgres", feature = "mysql"))]
async fn must_serve<C>(connection: &mut C, question: &'static str) -> Result<(), sea_orm::sqlx::Error>
where
    C: sea_orm::sqlx::Connection,
    for<'c> &'c mut C: sea_orm::sqlx::Executor<'c, Database = C::Database>,
    bool: sea_orm::sqlx::Type<C::Database> + for<'r> sea_orm::sqlx::Decode<'r, C::Database>,
    usize: sea_orm::sqlx::ColumnIndex<<C::Database as sea_orm::sqlx::Database>::Row>,
{
    if serves(connection, question).await? {
        return Ok(());
    }
    Err(sea_orm::sqlx::Error::Configuration("the server is a standby or read-only".into()))
}

/// Prepares a database connection. On Galera an acknowledged write is not yet visible on the other nodes: without waiting
/// for it there, 22 of 2,714 members were lost and new users were unknown members (MariaDB 10.11, 2026-11-26).
#[cfg(feature = "mysql")]
async fn prepare_mysql(connection: &mut sea_orm::sqlx::MySqlConnection) -> Result<(), sea_orm::sqlx::Error> {
    use sea_orm::sqlx::{Executor, Row};
    must_serve(connection, "SELECT @@read_only = 0").await?;
    // MySQL has no such variable.
    let wsrep_on = connection.fetch_optional("SHOW VARIABLES LIKE 'wsrep_on'").await?;
    if wsrep_on.is_some_and(|row| row.try_get::<String, _>(1).is_ok_and(|value| value == "ON")) {
        connection.execute("SET SESSION wsrep_sync_wait = 7").await?;
    }
    Ok(())
}
