//! `scim_migrations`: which steps were applied, and which were begun.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::{STEPS, dialect::now, step::Step};

/// How far a step got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It, or its reverse, began at this time in milliseconds and has not ended.
    Begun(i64),
    /// It was applied at this time.
    Applied(i64),
}

impl Progress {
    /// Returns the value that is written to the ledger.
    pub const fn written(self) -> i64 {
        match self {
            Self::Begun(at) => -at,
            Self::Applied(at) => at,
        }
    }
}

/// Reads the ledger by name; `None` if there is none.
///
/// # Errors
/// [`DbErr::Migration`] with an explanation, for a ledger that this version cannot work with.
pub async fn read(connection: &impl ConnectionTrait) -> Result<Option<BTreeMap<String, Progress>>, DbErr> {
    if !is_there(connection, "scim_migrations").await? {
        return Ok(None);
    }
    let sql = "SELECT version, applied_at FROM scim_migrations";
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let mut ledger = BTreeMap::new();
    for row in rows {
        let applied_at: i64 = row.try_get("", "applied_at")?;
        let progress = if applied_at < 0 { Progress::Begun(-applied_at) } else { Progress::Applied(applied_at) };
        ledger.insert(row.try_get("", "version")?, progress);
    }
    check(&ledger)?;
    Ok(Some(ledger))
}

/// Checks the ledger's steps: a newer version only adds steps after ours, and anything else is unknown to us.
fn check(ledger: &BTreeMap<String, Progress>) -> Result<(), DbErr> {
    let last = STEPS.last().map_or("", |step| step.name);
    let unknown = ledger.keys().find(|name| name.as_str() <= last && STEPS.iter().all(|step| step.name != *name));
    match unknown {
        Some(name) => Err(DbErr::Migration(format!(
            "the tables of fleet-scim in this database were made by a version from before the first release (step {name}): \
             drop them, or take an empty database, and let the identity provider push everybody again; nothing was touched"
        ))),
        None => Ok(()),
    }
}

/// Creates the ledger. Its format is that of sea-orm's own ledgers, so that its tools can read it; a step in progress has
/// its start time as a negative number.
pub async fn create(connection: &impl ConnectionTrait, key: &str, table: &str) -> Result<(), DbErr> {
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS scim_migrations (version {key} NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL) {table}"
    );
    connection.execute_unprepared(&sql).await.map(drop)
}

/// Records that a step begins, and returns the mark that identifies it as ours.
///
/// # Errors
/// If another process, on another node of a cluster, recorded it first.
pub async fn begin(connection: &impl ConnectionTrait, step: &Step) -> Result<i64, DbErr> {
    let mark = -now();
    let values: [Value; 2] = [mark.into(), step.name.into()];
    run(connection, "INSERT INTO scim_migrations (applied_at, version) VALUES (?, ?)", values).await?;
    Ok(mark)
}

/// Records that a step, or its reverse, begins again; `None` if it changed since it was read: another node came first.
pub async fn begin_again(connection: &impl ConnectionTrait, step: &Step, read: i64) -> Result<Option<i64>, DbErr> {
    let mark = -now();
    Ok(replace(connection, step, read, mark).await?.then_some(mark))
}

/// Records that a step is done.
///
/// # Errors
/// If another node took it over meanwhile: its result cannot be relied on.
pub async fn end(connection: &impl ConnectionTrait, step: &Step, mark: i64) -> Result<(), DbErr> {
    match replace(connection, step, mark, now()).await? {
        true => Ok(()),
        false => Err(DbErr::Migration(format!(
            "another node of the cluster took the step {} over: migrate again",
            step.name
        ))),
    }
}

async fn replace(connection: &impl ConnectionTrait, step: &Step, read: i64, written: i64) -> Result<bool, DbErr> {
    let values: [Value; 3] = [written.into(), step.name.into(), read.into()];
    let sql = "UPDATE scim_migrations SET applied_at = ? WHERE version = ? AND applied_at = ?";
    Ok(run(connection, sql, values).await? == 1)
}

/// Deletes a step from the ledger.
pub async fn forget(connection: &impl ConnectionTrait, step: &Step) -> Result<(), DbErr> {
    let sql = format!("DELETE FROM scim_migrations WHERE version = '{}'", step.name);
    connection.execute_unprepared(&sql).await.map(drop)
}

async fn run(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    let backend = connection.get_database_backend();
    let mut sql = sql.to_owned();
    if backend == DbBackend::Postgres {
        // PostgreSQL numbers its placeholders.
        for number in 1..=sql.matches('?').count() {
            sql = sql.replacen('?', &format!("${number}"), 1);
        }
    }
    Ok(connection.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?.rows_affected())
}

/// Says whether there is a table or view with this name, where our statements would find it.
pub async fn is_there(connection: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let sql = match connection.get_database_backend() {
        DbBackend::Sqlite => {
            format!(
                "SELECT 1 AS one FROM sqlite_master WHERE type IN ('table', 'view') AND name = '{name}' COLLATE NOCASE"
            )
        }
        DbBackend::Postgres => format!("SELECT 1 AS one WHERE to_regclass('{name}') IS NOT NULL"),
        _ => format!(
            "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '{name}'"
        ),
    };
    answers(connection, sql).await
}

/// Says whether a question has an answer.
pub async fn answers(connection: &impl ConnectionTrait, question: String) -> Result<bool, DbErr> {
    let question = Statement::from_string(connection.get_database_backend(), question);
    Ok(connection.query_one_raw(question).await?.is_some())
}
