//! Connections: one for each identity provider.

use entity::scim_connection::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    protocol::{case_fold::case_fold, id::ConnectionId},
    store::{operation_error::OperationError, session::Session},
};

pub async fn find(session: &Session, name: &str) -> Result<Option<ConnectionId>, OperationError> {
    let found = Entity::find().filter(Column::NameKey.eq(case_fold(name))).one(session).await?;
    Ok(found.map(|row| ConnectionId(row.id)))
}

pub async fn insert(session: &Session, name: &str, now: i64) -> Result<ConnectionId, OperationError> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        name_key: Set(case_fold(name)),
        additive_replace: Set(false),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(ConnectionId(Entity::insert(row).exec(session).await?.last_insert_id))
}

/// Sets whether replacing members only adds them; says whether the connection exists.
pub async fn set_additive_replace(
    session: &Session,
    connection: ConnectionId,
    additive: bool,
) -> Result<bool, OperationError> {
    let row = ActiveModel { additive_replace: Set(additive), ..Default::default() };
    let updated = Entity::update_many().set(row).filter(Column::Id.eq(connection.0)).exec(session).await?;
    Ok(updated.rows_affected > 0)
}
