//! Provisioned users who are members of native groups.

use std::collections::HashMap;

use sea_orm::QueryResult;

use crate::{
    protocol::id::{ConnectionId, GroupId, UserId},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Finds the connection of each provisioned user who is a member of these native groups.
pub async fn provisioned_members(
    session: &Session,
    groups: &[GroupId],
) -> Result<HashMap<UserId, ConnectionId>, OperationError> {
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let mut sql = Sql::new("SELECT x.user_id, x.user_connection_id FROM scim_native_group_user x WHERE x.group_id");
    sql.bind_ids(session.backend(), &ids);
    let mut members = HashMap::new();
    let take = |row: QueryResult| {
        members.insert(row.try_get_by_index(0)?, ConnectionId(row.try_get_by_index(1)?));
        Ok(())
    };
    session.each_row(sql, take).await?;
    Ok(members)
}

/// Lists the native groups that have one of these users as a member, by id.
pub async fn native_groups_of(session: &Session, users: &[i64]) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new("SELECT DISTINCT x.group_id FROM scim_native_group_user x WHERE x.user_id");
    sql.bind_ids(session.backend(), users).push(" ORDER BY x.group_id");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "group_id")?)).collect()
}
