//! The groups of a user.

use entity::scim_user_group;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    protocol::id::{ConnectionId, UserId},
    store::{operation_error::OperationError, session::Session},
};

/// Lists the groups that a user is a direct member of, by id.
pub async fn groups_of(session: &Session, connection: ConnectionId, user: UserId) -> Result<Vec<i64>, OperationError> {
    Ok(scim_user_group::Entity::find()
        .select_only()
        .column(scim_user_group::Column::GroupId)
        .filter(scim_user_group::Column::ConnectionId.eq(connection.0))
        .filter(scim_user_group::Column::UserId.eq(user.0))
        .order_by_asc(scim_user_group::Column::GroupId)
        .into_tuple()
        .all(session)
        .await?)
}

/// Removes a user from all its groups.
pub async fn leave_groups(session: &Session, connection: ConnectionId, user: UserId) -> Result<(), OperationError> {
    scim_user_group::Entity::delete_many()
        .filter(scim_user_group::Column::ConnectionId.eq(connection.0))
        .filter(scim_user_group::Column::UserId.eq(user.0))
        .exec(session)
        .await?;
    Ok(())
}
