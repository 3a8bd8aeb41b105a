//! The groups of a user.

use entity::{scim_native_group_user, scim_user_group};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    protocol::id::{ConnectionId, UserId},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Lists the groups that a user is a direct member of, the native ones too, by id.
pub async fn groups_of(session: &Session, connection: ConnectionId, user: UserId) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new("SELECT x.group_id FROM scim_user_group x WHERE x.connection_id = ");
    sql.bind(connection.0).push(" AND x.user_id = ").bind(user.0);
    sql.push(" UNION ALL SELECT n.group_id FROM scim_native_group_user n WHERE n.user_id = ").bind(user.0);
    sql.push(" ORDER BY group_id");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "group_id")?)).collect()
}

/// Removes a user from all its groups.
pub async fn leave_groups(session: &Session, connection: ConnectionId, user: UserId) -> Result<(), OperationError> {
    scim_user_group::Entity::delete_many()
        .filter(scim_user_group::Column::ConnectionId.eq(connection.0))
        .filter(scim_user_group::Column::UserId.eq(user.0))
        .exec(session)
        .await?;
    let native = scim_native_group_user::Column::UserId.eq(user.0);
    scim_native_group_user::Entity::delete_many().filter(native).exec(session).await?;
    Ok(())
}
