//! `scim_migrations`: which steps were taken, and which were begun.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

use crate::{STEPS, dialect::now, step::Step};

/// How far a step came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It, or its reverse, began at this time in milliseconds and did not end, or has not yet.
    Begun(i64),
    Applied,
}

/// Reads the ledger by name; `None` where there is none.
///
/// # Errors
/// [`DbErr::Migration`] in a sentence for a ledger that this version cannot work with.
pub async fn read(connection: &impl ConnectionTrait) -> Result<Option<BTreeMap<String, Progress>>, DbErr> {
    if !is_there(connection, "scim_migrations").await? {
        return Ok(None);
    }
    let sql = "SELECT version, applied_at FROM scim_migrations";
    let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), sql)).await?;
    let mut ledger = BTreeMap::new();
    for row in rows {
        let applied_at: i64 = row.try_get("", "applied_at")?;
        let progress = if applied_at < 0 { Progress::Begun(-applied_at) } else { Progress::Applied };
        ledger.insert(row.try_get("", "version")?, progress);
    }
    check(&ledger)?;
    Ok(Some(ledger))
}

/// A newer version only adds steps behind ours; whatever else there is, it is nothing we know.
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

/// The format is that of sea-orm's own ledgers, so that its tools can read it; a step that is on its way has the time it was
/// begun as a negative number.
pub async fn create(connection: &impl ConnectionTrait, key: &str, table: &str) -> Result<(), DbErr> {
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS scim_migrations (version {key} NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL) {table}"
    );
    connection.execute_unprepared(&sql).await.map(drop)
}

/// Notes that a step begins.
///
/// # Errors
/// When another process, on another node of a cluster, noted it first.
pub async fn begin(connection: &impl ConnectionTrait, step: &Step) -> Result<(), DbErr> {
    run(connection, "INSERT INTO scim_migrations (applied_at, version) VALUES ", "(?, ?)", -now(), step).await
}

pub async fn begin_again(connection: &impl ConnectionTrait, step: &Step) -> Result<(), DbErr> {
    set(connection, step, -now()).await
}

pub async fn end(connection: &impl ConnectionTrait, step: &Step) -> Result<(), DbErr> {
    set(connection, step, now()).await
}

pub async fn forget(connection: &impl ConnectionTrait, step: &Step) -> Result<(), DbErr> {
    let sql = format!("DELETE FROM scim_migrations WHERE version = '{}'", step.name);
    connection.execute_unprepared(&sql).await.map(drop)
}

async fn set(connection: &impl ConnectionTrait, step: &Step, applied_at: i64) -> Result<(), DbErr> {
    run(connection, "UPDATE scim_migrations SET ", "applied_at = ? WHERE version = ?", applied_at, step).await
}

async fn run(connection: &impl ConnectionTrait, sql: &str, rest: &str, at: i64, step: &Step) -> Result<(), DbErr> {
    let backend = connection.get_database_backend();
    let rest = match backend {
        DbBackend::Postgres => rest.replacen('?', "$1", 1).replacen('?', "$2", 1),
        _ => rest.to_owned(),
    };
    let values: [Value; 2] = [at.into(), step.name.into()];
    connection.execute_raw(Statement::from_sql_and_values(backend, format!("{sql}{rest}"), values)).await.map(drop)
}

/// Whether there is a table or view of this name, where a statement of ours would find it.
pub async fn is_there(connection: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let backend = connection.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            format!("SELECT 1 AS one FROM sqlite_master WHERE type IN ('table', 'view') AND name = '{name}'")
        }
        DbBackend::Postgres => format!("SELECT 1 AS one WHERE to_regclass('{name}') IS NOT NULL"),
        _ => format!(
            "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '{name}'"
        ),
    };
    Ok(connection.query_one_raw(Statement::from_string(backend, sql)).await?.is_some())
}
