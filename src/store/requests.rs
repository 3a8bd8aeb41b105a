//! The request log, written behind in batches.

use entity::scim_request::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{protocol::id::ConnectionId, store::failure::Failure};

/// Requests kept of the log, over all connections.
const KEPT: i64 = 10_000;

/// A request as it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub connection: ConnectionId,
    pub requested_at: i64,
    pub ended_at: i64,
    pub method: String,
    pub route: String,
    pub status: u16,
    pub details: String,
}

pub async fn insert(connection: &impl ConnectionTrait, ended: &[Ended]) -> Result<(), Failure> {
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
    Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

pub async fn last(connection: &impl ConnectionTrait, directory: ConnectionId) -> Result<Option<Model>, Failure> {
    Ok(Entity::find()
        .filter(Column::ConnectionId.eq(directory.0))
        .order_by_desc(Column::EndedAt)
        .order_by_desc(Column::Id)
        .one(connection)
        .await?)
}

/// Forgets all but the last requests, and the last of each connection.
pub async fn prune(connection: &impl ConnectionTrait) -> Result<(), Failure> {
    let last: Vec<Option<i64>> = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "last")
        .group_by(Column::ConnectionId)
        .into_tuple()
        .all(connection)
        .await?;
    let last: Vec<i64> = last.into_iter().flatten().collect();
    if let Some(newest) = last.iter().max() {
        let old = Entity::delete_many().filter(Column::Id.lt(newest - KEPT));
        old.filter(Column::Id.is_not_in(last)).exec(connection).await?;
    }
    Ok(())
}
