//! The database connection itself, for each driver.

#[cfg(any(feature = "postgres", feature = "mysql"))]
use std::{future::Future, time::Duration};

use futures_util::TryStreamExt;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseConnectionType, DatabaseTransaction, DbErr,
    ExecResult, QueryResult, RuntimeErr, Statement,
    sqlx::{self, AssertSqlSafe, Database, Executor, IntoArguments, pool::PoolConnection},
};
use sea_query_sqlx::SqlxValues;

use super::interrupt::Interrupt;

/// How long the pool's test of a returned database connection may take: a node that vanished does not answer it, and a place
/// in the pool would be lost for good.
#[cfg(any(feature = "postgres", feature = "mysql"))]
const TEST: Duration = Duration::from_secs(1);

pub enum Handle {
    #[cfg(feature = "sqlite")]
    Sqlite(PoolConnection<sqlx::Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(PoolConnection<sqlx::Postgres>),
    #[cfg(feature = "mysql")]
    MySql(PoolConnection<sqlx::MySql>),
    /// A savepoint in a transaction of the host.
    Host(DatabaseTransaction),
}

impl Handle {
    /// Takes a database connection from the pool.
    ///
    /// What the pool does is boxed: it may connect, with TLS, and a future that large was copied eight times a request
    /// (a fifth of the instructions of a GET, 2026-11-28).
    ///
    /// # Errors
    /// If none is available in time.
    pub async fn acquire(pool: &DatabaseConnection) -> Result<Self, DbErr> {
        match &pool.inner {
            #[cfg(feature = "sqlite")]
            DatabaseConnectionType::SqlxSqlitePoolConnection(_) => {
                let pool = pool.get_sqlite_connection_pool();
                Box::pin(pool.acquire()).await.map(Self::Sqlite).map_err(acquire_error)
            }
            #[cfg(feature = "postgres")]
            DatabaseConnectionType::SqlxPostgresPoolConnection(_) => {
                let pool = pool.get_postgres_connection_pool();
                Box::pin(pool.acquire()).await.map(Self::Postgres).map_err(acquire_error)
            }
            #[cfg(feature = "mysql")]
            DatabaseConnectionType::SqlxMySqlPoolConnection(_) => {
                let pool = pool.get_mysql_connection_pool();
                Box::pin(pool.acquire()).await.map(Self::MySql).map_err(acquire_error)
            }
            _ => Err(DbErr::Custom("the database is none of the drivers this crate was built with".to_owned())),
        }
    }

    /// Takes a database connection for a write transaction without the pool's test, since its BEGIN shows just as well
    /// whether the server accepts writes: over a network each of the two costs half a millisecond.
    ///
    /// # Errors
    /// As [`acquire`](Self::acquire).
    pub async fn acquire_unasked(pool: &DatabaseConnection) -> Result<Self, DbErr> {
        #[cfg(feature = "postgres")]
        if let DatabaseConnectionType::SqlxPostgresPoolConnection(_) = &pool.inner {
            use sea_orm::sqlx::Connection;
            if let Some(connection) = pool.get_postgres_connection_pool().try_acquire() {
                // If the host failed to end a transaction on it, the pool tests the database connection and closes it.
                if !connection.is_in_transaction() {
                    return Ok(Self::Postgres(connection));
                }
            }
        }
        Self::acquire(pool).await
    }

    /// Returns the interrupt that ends this database connection's statements if there is no server that could.
    ///
    /// # Errors
    /// If the database connection is gone.
    pub async fn watched(&mut self) -> Result<Interrupt, DbErr> {
        let interrupt = Interrupt::never();
        #[cfg(feature = "sqlite")]
        if let Self::Sqlite(connection) = self {
            interrupt.watch(connection).await.map_err(acquire_error)?;
        }
        Ok(interrupt)
    }

    pub async fn execute(&mut self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => execute::<sqlx::Sqlite>(connection, statement).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => execute::<sqlx::Postgres>(connection, statement).await,
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => execute::<sqlx::MySql>(connection, statement).await,
            Self::Host(transaction) => transaction.execute_raw(statement).await,
        }
    }

    /// Runs statements as they are written, several in one round trip.
    pub async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => unprepared::<sqlx::Sqlite>(connection, sql).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => unprepared::<sqlx::Postgres>(connection, sql).await,
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => unprepared::<sqlx::MySql>(connection, sql).await,
            Self::Host(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    pub async fn query_one(&mut self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => one::<sqlx::Sqlite>(connection, statement).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => one::<sqlx::Postgres>(connection, statement).await,
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => one::<sqlx::MySql>(connection, statement).await,
            Self::Host(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    /// Passes on each row as it arrives: a row of the driver takes some 350 bytes, too much for a million members at once.
    pub async fn each_row(
        &mut self,
        statement: Statement,
        mut row: impl FnMut(QueryResult) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => each::<sqlx::Sqlite>(connection, statement, row).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => each::<sqlx::Postgres>(connection, statement, row).await,
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => each::<sqlx::MySql>(connection, statement, row).await,
            Self::Host(transaction) => transaction.query_all_raw(statement).await?.into_iter().try_for_each(&mut row),
        }
    }

    /// Gives a database connection that is in order back to its pool.
    pub fn give_back(self) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => drop(connection),
            #[cfg(feature = "postgres")]
            Self::Postgres(mut connection) => in_time(connection.return_to_pool()),
            #[cfg(feature = "mysql")]
            Self::MySql(mut connection) => in_time(connection.return_to_pool()),
            Self::Host(transaction) => drop(transaction),
        }
    }

    /// Closes a database connection that must not be used again; its open transaction is rolled back with it.
    pub fn discard(self) {
        match self {
            // SQLite's own thread closes the file and rolls back; the place in the pool is free after that.
            #[cfg(feature = "sqlite")]
            Self::Sqlite(mut connection) => connection.close_on_drop(),
            // No orderly goodbye: it could wait for an answer that never comes.
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => drop(connection.detach()),
            #[cfg(feature = "mysql")]
            Self::MySql(connection) => drop(connection.detach()),
            // Rolls back to the savepoint.
            Self::Host(transaction) => drop(transaction),
        }
    }
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
fn in_time(returned: impl Future<Output = ()> + Send + 'static) {
    // If this takes too long it is dropped, which closes the database connection and frees its place.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(tokio::time::timeout(TEST, returned));
    }
}

/// Says whether the server answered, even with a refusal.
pub fn is_answer(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            matches!(**error, sqlx::Error::Database(_))
        }
        // A value that does not fit its type, noticed after its row was read.
        DbErr::Type(_) => true,
        _ => false,
    }
}

fn acquire_error(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}

fn exec_error(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

async fn execute<DB>(connection: &mut DB::Connection, statement: Statement) -> Result<ExecResult, DbErr>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    ExecResult: From<DB::QueryResult>,
{
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or_else(no_values)));
    query.execute(connection).await.map(Into::into).map_err(exec_error)
}

async fn unprepared<DB>(connection: &mut DB::Connection, sql: &str) -> Result<ExecResult, DbErr>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    ExecResult: From<DB::QueryResult>,
{
    connection.execute(AssertSqlSafe(sql.to_owned())).await.map(Into::into).map_err(exec_error)
}

async fn one<DB>(connection: &mut DB::Connection, statement: Statement) -> Result<Option<QueryResult>, DbErr>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    QueryResult: From<DB::Row>,
{
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or_else(no_values)));
    query.fetch_optional(connection).await.map(|row| row.map(Into::into)).map_err(query_error)
}

async fn each<DB>(
    connection: &mut DB::Connection,
    statement: Statement,
    mut row: impl FnMut(QueryResult) -> Result<(), DbErr> + Send,
) -> Result<(), DbErr>
where
    DB: Database,
    SqlxValues: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    QueryResult: From<DB::Row>,
{
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(statement.values.unwrap_or_else(no_values)));
    let mut rows = query.fetch(connection);
    while let Some(found) = rows.try_next().await.map_err(query_error)? {
        row(found.into())?;
    }
    Ok(())
}

fn no_values() -> sea_orm::sea_query::Values {
    sea_orm::sea_query::Values(vec![])
}
