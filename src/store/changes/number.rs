//! Numbers entries whose transactions are committed, so that a reader who has seen 10 never misses a 9.
//!
//! Each statement stands alone: in one, PostgreSQL would look with a snapshot from before it waited for the lock. Measured with
//! writers that sleep before COMMIT, in two processes and on two Galera nodes (2026-11).

pub use entity::scim_change_counter::Model as Counter;
use entity::scim_change_counter::{Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::store::{
    dialect::Dialect,
    operation_error::OperationError,
    session::Session,
    sql::{Sql, array_of},
};

/// The number of entries that are numbered in one transaction.
pub const NUMBERED: usize = 500;

/// Returns the oldest of the entries that are committed and have no number.
pub async fn oldest_unnumbered(session: &Session) -> Result<Option<i64>, OperationError> {
    let sql = Sql::new("SELECT id FROM scim_changes WHERE number IS NULL ORDER BY number, id LIMIT 1");
    Ok(session.row(sql).await?.map(|row| row.try_get("", "id")).transpose()?)
}

/// Returns the newest of them.
pub async fn newest_unnumbered(session: &Session) -> Result<Option<i64>, OperationError> {
    let sql = Sql::new("SELECT id FROM scim_changes WHERE number IS NULL ORDER BY number DESC, id DESC LIMIT 1");
    Ok(session.row(sql).await?.map(|row| row.try_get("", "id")).transpose()?)
}

/// Returns the last number that was given.
pub async fn last(session: &Session) -> Result<i64, OperationError> {
    Ok(read_counter(session).await?.last)
}

pub async fn read_counter(session: &Session) -> Result<Counter, OperationError> {
    Entity::find().one(session).await?.ok_or_else(no_counter)
}

/// Locks the counter: nobody else gives numbers until the transaction ends. On a Galera cluster that holds for this node; two
/// nodes meet when they write it, and one of them has to give way.
pub async fn lock_counter(session: &Session) -> Result<Counter, OperationError> {
    let counter = Entity::find();
    let counter = if session.dialect() == Dialect::Sqlite { counter } else { counter.lock_exclusive() };
    counter.one(session).await?.ok_or_else(no_counter)
}

/// Writes a locked counter.
///
/// # Errors
/// [`OperationError::Overtaken`] if it is not as it was read.
pub async fn write_counter(session: &Session, before: &Counter, after: Counter) -> Result<(), OperationError> {
    let Counter { last, told, position, swept, .. } = after;
    let row = entity::scim_change_counter::ActiveModel {
        last: Set(last),
        told: Set(told),
        position: Set(position),
        swept: Set(swept),
        ..Default::default()
    };
    let same = Entity::update_many().set(row).filter(Column::Id.eq(before.id)).filter(Column::Last.eq(before.last));
    match same.exec(session).await?.rows_affected {
        1 => Ok(()),
        _ => Err(OperationError::Overtaken),
    }
}

/// Begins another sweep, if none is under way.
pub async fn sweep_again(session: &Session) -> Result<(), OperationError> {
    let mut sql = Sql::new("UPDATE scim_change_counter SET swept = ");
    sql.bind(i64::MIN + 1).push(" WHERE swept IS NULL");
    session.run(sql).await?;
    Ok(())
}

/// Numbers some entries; returns how many, and the last number.
pub async fn number(session: &Session) -> Result<(usize, i64), OperationError> {
    let counter = lock_counter(session).await?;
    // Read once: repeated in the next statement, it could find a lower id that was committed meanwhile.
    let mut sql = Sql::new("SELECT id FROM scim_changes WHERE number IS NULL ORDER BY number, id LIMIT ");
    sql.bind(NUMBERED as u64);
    let rows = session.rows(sql).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    if ids.is_empty() {
        return Ok((0, counter.last));
    }
    let numbered = session.run(assignment(session.dialect(), &ids, counter.last)).await?.rows_affected();
    if numbered != ids.len() as u64 {
        return Err(OperationError::Overtaken);
    }
    let last = counter.last + ids.len() as i64;
    write_counter(session, &counter, Counter { last, ..counter.clone() }).await?;
    Ok((ids.len(), last))
}

/// Gives these entries the numbers after `last`, in their order.
fn assignment(dialect: Dialect, ids: &[i64], last: i64) -> Sql {
    let mut sql = Sql::default();
    match dialect {
        Dialect::Sqlite => {
            sql.push("UPDATE scim_changes SET number = ").bind(last + 1).push(" + x.key FROM json_each(");
            sql.bind(json(ids)).push(") x WHERE scim_changes.id = x.value");
        }
        Dialect::Postgres => {
            sql.push("UPDATE scim_changes SET number = CAST(").bind(last).push(" AS BIGINT) + x.nr FROM unnest(CAST(");
            sql.bind(array_of(ids)).push(" AS BIGINT[])) WITH ORDINALITY x(id, nr) WHERE scim_changes.id = x.id");
        }
        // Any other form reads the whole of a small table, and waits for each row that somebody has not committed.
        Dialect::MariaDb | Dialect::MySql => {
            sql.push("UPDATE JSON_TABLE(").bind(json(ids));
            sql.push(", '$[*]' COLUMNS (nr FOR ORDINALITY, id BIGINT PATH '$')) x STRAIGHT_JOIN scim_changes c ");
            sql.push("ON c.id = x.id SET c.number = ").bind(last).push(" + x.nr");
        }
    }
    sql
}

fn json(ids: &[i64]) -> String {
    serde_json::Value::from(ids).to_string()
}

fn no_counter() -> OperationError {
    OperationError::Corrupt("the counter of changes is gone".to_owned())
}
