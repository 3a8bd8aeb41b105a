//! Deletes a user; its dependent rows are deleted by cascade.

use entity::{scim_user, scim_user_key};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    protocol::id::{ConnectionId, UserId},
    store::{
        counts::{self, Counted},
        operation_error::OperationError,
        session::Session,
    },
};

pub async fn delete(session: &Session, connection: ConnectionId, user: UserId) -> Result<(), OperationError> {
    let deleted = scim_user::Entity::delete_many().filter(scim_user::Column::Id.eq(user.0)).exec(session).await?;
    counts::add(session, connection, Counted::Users, -(deleted.rows_affected as i64)).await
}

/// Lists every address that finds a user, former names included.
pub async fn keys_of(session: &Session, user: UserId) -> Result<Vec<String>, OperationError> {
    Ok(scim_user_key::Entity::find()
        .select_only()
        .column(scim_user_key::Column::EmailKey)
        .filter(scim_user_key::Column::ScimUserId.eq(user.0))
        .order_by_asc(scim_user_key::Column::EmailKey)
        .into_tuple()
        .all(session)
        .await?)
}
