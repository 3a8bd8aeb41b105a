//! The request log, written in batches after the answer. It is ordered by id: the clocks of several processes differ.

use entity::scim_request::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::id::ConnectionId;

/// The number of requests kept in the log, over all connections.
const KEPT: i64 = 10_000;
/// The number of requests deleted in one transaction.
const PRUNED: usize = 1000;

/// A finished request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    pub connection: ConnectionId,
    pub requested_at: i64,
    pub ended_at: i64,
    pub method: String,
    pub route: String,
    pub status: u16,
    pub details: String,
}

pub async fn insert(session: &Session, ended: &[RequestRecord]) -> Result<(), OperationError> {
    let rows = ended.iter().map(|ended| ActiveModel {
        connection_id: Set(ended.connection.0),
        requested_at: Set(ended.requested_at),
        ended_at: Set(ended.ended_at),
        method: Set(ended.method.clone()),
        route: Set(ended.route.clone()),
        status: Set(i16::try_from(ended.status).unwrap_or(i16::MAX)),
        details: Set(ended.details.clone()),
        ..Default::default()
    });
    Entity::insert_many(rows).exec_without_returning(session).await?;
    Ok(())
}

pub async fn last(session: &Session, connection: ConnectionId) -> Result<Option<RequestRecord>, OperationError> {
    let of_connection = Entity::find().filter(Column::ConnectionId.eq(connection.0));
    let last = of_connection.order_by_desc(Column::Id).limit(1).one(session).await?;
    Ok(last.map(|row| RequestRecord {
        connection,
        requested_at: row.requested_at,
        ended_at: row.ended_at,
        method: row.method,
        route: row.route,
        status: row.status.unsigned_abs(),
        details: row.details,
    }))
}

/// Deletes some of the requests older than those kept, but never the last of a connection; says whether there may be more.
pub async fn prune(session: &Session) -> Result<bool, OperationError> {
    let newest: Option<Option<i64>> =
        Entity::find().select_only().column_as(Column::Id.max(), "newest").into_tuple().one(session).await?;
    let Some(newest) = newest.flatten() else { return Ok(false) };
    let mut sql = Sql::new("SELECT r.id FROM scim_requests r WHERE r.id < ");
    sql.bind(newest - KEPT);
    sql.push(" AND EXISTS (SELECT 1 FROM scim_requests n WHERE n.connection_id = r.connection_id AND n.id > r.id)");
    sql.push(" ORDER BY r.id LIMIT ").bind(PRUNED as u64);
    let old = session.rows(sql).await?;
    let old: Vec<i64> = old.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?;
    if !old.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(old.iter().copied())).exec(session).await?;
    }
    Ok(old.len() == PRUNED)
}
