//! Runs statements, each within its time limit.

use std::{future::Future, io};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, sqlx};
use tokio::time::{Instant, timeout_at};

use super::{STATEMENT, Session};
use crate::store::{dialect::Dialect, sql::Sql};

impl Session {
    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// As any statement of the session.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>, DbErr> {
        self.query_all_raw(sql.into_statement(self.backend())).await
    }

    /// Runs a statement and returns its first row.
    ///
    /// # Errors
    /// As any statement of the session.
    pub async fn row(&self, sql: Sql) -> Result<Option<QueryResult>, DbErr> {
        self.query_one_raw(sql.into_statement(self.backend())).await
    }

    /// Runs a statement that returns no rows.
    ///
    /// # Errors
    /// As any statement of the session.
    pub async fn run(&self, sql: Sql) -> Result<ExecResult, DbErr> {
        self.execute_raw(sql.into_statement(self.backend())).await
    }

    /// Runs a statement and passes on each row as it arrives.
    ///
    /// # Errors
    /// As for any statement, or the first error that `row` returns.
    pub async fn each_row(
        &self,
        sql: Sql,
        row: impl FnMut(QueryResult) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        self.each_row_of(sql.into_statement(self.backend()), row).await
    }

    async fn each_row_of(
        &self,
        statement: Statement,
        row: impl FnMut(QueryResult) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        self.observe(&statement.sql);
        let statement = self.with_limit(statement);
        let mut state = self.state.lock().await;
        let outcome = self.in_time(state.claim()?.each_row(statement, row)).await;
        state.note_outcome(&outcome);
        outcome
    }

    /// Waits for the server within the time limit.
    ///
    /// # Errors
    /// If there is no answer in time; the database connection is then closed with the session.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Some(deadline) = self.deadline else { return work.await };
        let deadline = deadline.min(Instant::now() + STATEMENT);
        self.interrupt.at(deadline);
        let outcome = timeout_at(deadline, work).await;
        // Not cleared if the wait was cut short: SQLite then stops the statement too.
        if outcome.is_ok() {
            self.interrupt.clear();
        }
        outcome.unwrap_or_else(|_| Err(no_answer()))
    }

    /// Adds the time limit to a statement: MariaDB otherwise keeps running it, and keeps its locks, for as long as it takes,
    /// whether anybody waits or not. The limit belongs to the statement; one on the session would affect the next user of
    /// the database connection.
    fn with_limit(&self, mut statement: Statement) -> Statement {
        if self.dialect == Dialect::MariaDb && self.deadline.is_some() {
            let seconds = STATEMENT.as_secs();
            statement.sql.insert_str(0, &format!("SET STATEMENT max_statement_time={seconds} FOR "));
        }
        statement
    }
}

/// Builds the error of a database connection that is gone.
pub(super) fn no_answer() -> DbErr {
    let error = io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time");
    DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::Io(error).into()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Session {
    fn get_database_backend(&self) -> DbBackend {
        self.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.observe(&statement.sql);
        let statement = self.with_limit(statement);
        let mut state = self.state.lock().await;
        let outcome = self.in_time(state.claim()?.execute(statement)).await;
        state.note_outcome(&outcome);
        outcome
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.observe(sql);
        let mut state = self.state.lock().await;
        let outcome = self.in_time(state.claim()?.execute_unprepared(sql)).await;
        state.note_outcome(&outcome);
        outcome
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.observe(&statement.sql);
        let statement = self.with_limit(statement);
        let mut state = self.state.lock().await;
        let outcome = self.in_time(state.claim()?.query_one(statement)).await;
        state.note_outcome(&outcome);
        outcome
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut rows = Vec::new();
        self.each_row_of(statement, |row| {
            rows.push(row);
            Ok(())
        })
        .await?;
        Ok(rows)
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use std::time::Duration;

    use super::*;

    const ENDLESS: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n";

    /// A statement whose client gave up also stops at its deadline; closing the pool waits for it.
    #[tokio::test]
    async fn a_statement_of_sqlite_ends_at_its_deadline_whoever_waits() {
        let pool = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
        for waits in [Duration::from_secs(5), Duration::from_millis(20)] {
            let mut session = Session::open(&pool, Dialect::Sqlite, None).await.unwrap();
            session.deadline = Some(Instant::now() + Duration::from_millis(200));
            let statement = Statement::from_string(DbBackend::Sqlite, ENDLESS);
            let ended = tokio::time::timeout(waits, session.query_one_raw(statement)).await;
            assert!(ended.is_err() || ended.unwrap().is_err());
        }
        let begun = Instant::now();
        pool.close().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn whoever_uses_the_connection_next_is_not_interrupted() {
        let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let pool = sea_orm::Database::connect(options).await.unwrap();
        let mut session = Session::open(&pool, Dialect::Sqlite, None).await.unwrap();
        session.deadline = Some(Instant::now() + Duration::from_millis(50));
        session.query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT 1")).await.unwrap();
        drop(session);
        tokio::time::sleep(Duration::from_millis(100)).await;
        let long = format!("{} LIMIT 1", ENDLESS.replace("FROM n)", "FROM n WHERE x < 3000000)"));
        pool.query_one_raw(Statement::from_string(DbBackend::Sqlite, long)).await.unwrap();
    }
}
