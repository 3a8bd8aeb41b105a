//! Reads numbered entries.

pub use entity::scim_change::Model as Numbered;
use entity::scim_change::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    protocol::id::RequestId,
    store::{operation_error::OperationError, session::Session},
};

/// Reads entries after a number, in their order.
pub async fn after(session: &Session, number: i64, limit: u64) -> Result<Vec<Numbered>, OperationError> {
    let later = Entity::find().filter(Column::Number.gt(number)).order_by_asc(Column::Number);
    Ok(later.limit(limit).all(session).await?)
}

/// Returns the number of the oldest entry that is kept.
pub async fn oldest(session: &Session) -> Result<Option<i64>, OperationError> {
    Ok(after(session, 0, 1).await?.first().and_then(|entry| entry.number))
}

/// Says whether an entry exists and was appended by this request.
pub async fn is_there(session: &Session, id: i64, request: RequestId) -> Result<bool, OperationError> {
    let found = Entity::find_by_id(id).one(session).await?;
    Ok(found.is_some_and(|entry| entry.request_id == request.to_string()))
}
