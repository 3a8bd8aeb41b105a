//! Appends entries to the transaction that changed something.

use entity::scim_change::{Column, Entity};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IdenStatic};

use super::change::{Entry, NewChange, entry_of};
use crate::{
    protocol::id::ConnectionId,
    store::{dialect::Dialect, session::Session, sql::Sql},
};

/// The number of entries in one INSERT.
const CHUNK: usize = 500;

/// The columns of an entry; the database assigns the id, and the worker the number.
const COLUMNS: [Column; 8] = [
    Column::ChangedAt,
    Column::RequestId,
    Column::Kind,
    Column::ConnectionId,
    Column::UserId,
    Column::GroupId,
    Column::HostId,
    Column::Detail,
];

pub async fn append(
    session: &Session,
    connection: Option<ConnectionId>,
    change: NewChange<'_>,
    now: i64,
) -> Result<(), DbErr> {
    insert(session, vec![entry_of(session, connection, change, now)]).await
}

/// Appends several changes of one connection.
pub async fn append_all(
    session: &Session,
    connection: ConnectionId,
    changes: impl Iterator<Item = NewChange<'_>>,
    now: i64,
) -> Result<(), DbErr> {
    insert(session, changes.map(|change| entry_of(session, Some(connection), change, now)).collect()).await
}

/// Appends several changes of hosts.
pub async fn append_hosts(
    session: &Session,
    changes: impl Iterator<Item = NewChange<'_>>,
    now: i64,
) -> Result<(), DbErr> {
    insert(session, changes.map(|change| entry_of(session, None, change, now)).collect()).await
}

/// Writes rows and appends the entries that record it; on PostgreSQL in one statement, since each round trip over a network
/// costs half a millisecond. No two of `writes` may write the same row.
pub async fn append_with(session: &Session, writes: Vec<Sql>, mut entries: Vec<Entry>) -> Result<(), DbErr> {
    if session.dialect() != Dialect::Postgres || entries.is_empty() {
        for write in writes {
            session.run(write).await?;
        }
        return insert(session, entries).await;
    }
    let others = entries.split_off(CHUNK.min(entries.len()));
    let mut sql = Sql::default();
    for (at, write) in writes.iter().enumerate() {
        sql.push(if at == 0 { "WITH " } else { ", " }).push(&format!("w{at} AS (")).append(write).push(")");
    }
    let columns = COLUMNS.map(|column| column.as_str());
    sql.push(&format!(" INSERT INTO scim_changes ({})", columns.join(", ")));
    for (at, entry) in entries.into_iter().enumerate() {
        sql.push(if at == 0 { " VALUES (" } else { ", (" }).bind_all(values(entry)).push(")");
    }
    sql.push(" RETURNING id");
    if let Some(row) = session.row(sql).await? {
        session.remember_change(row.try_get("", "id")?);
    }
    insert(session, others).await
}

/// The values of an entry, in the order of [`COLUMNS`].
fn values(entry: Entry) -> Vec<sea_orm::Value> {
    COLUMNS.into_iter().filter_map(|column| entry.get(column).into_value()).collect()
}

pub(super) async fn insert(session: &Session, entries: Vec<Entry>) -> Result<(), DbErr> {
    for chunk in entries.chunks(CHUNK) {
        // The id of any one entry tells whether all were committed.
        if let Some(id) = Entity::insert_many(chunk.iter().cloned()).exec(session).await?.last_insert_id {
            session.remember_change(id);
        }
    }
    Ok(())
}
