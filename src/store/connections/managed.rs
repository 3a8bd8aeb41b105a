//! Which connection manages a user or a group.

use std::collections::BTreeMap;

use sea_orm::QueryResult;

use super::read::kind;
use crate::{
    protocol::{
        connection::ConnectionKind,
        id::{ConnectionId, GroupId, UserId},
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// The connection that manages a user or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ManagedBy {
    /// The connection.
    pub connection: ConnectionId,
    /// Its name, a part of its base URL.
    pub name: String,
    /// Who fills it: what an identity provider manages, nobody changes in the host server's own screens.
    pub kind: ConnectionKind,
}

/// Finds the connection of each of these users.
pub async fn of_users(session: &Session, users: &[UserId]) -> Result<BTreeMap<UserId, ManagedBy>, OperationError> {
    let ids: Vec<i64> = users.iter().map(|user| user.0).collect();
    let found = managed(session, "scim_users", &ids).await?;
    Ok(found.into_iter().map(|(id, by)| (UserId(id), by)).collect())
}

/// Finds the connection of each of these groups.
pub async fn of_groups(session: &Session, groups: &[GroupId]) -> Result<BTreeMap<GroupId, ManagedBy>, OperationError> {
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let found = managed(session, "scim_groups", &ids).await?;
    Ok(found.into_iter().map(|(id, by)| (GroupId(id), by)).collect())
}

async fn managed(session: &Session, table: &str, ids: &[i64]) -> Result<Vec<(i64, ManagedBy)>, OperationError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let mut sql = Sql::new(&format!(
        "SELECT u.id, u.connection_id, p.name, p.kind FROM {table} u
         JOIN scim_connection_profiles p ON p.connection_id = u.connection_id WHERE u.id"
    ));
    sql.bind_ids(session.backend(), ids);
    let rows = session.rows(sql).await?;
    let by = |row: &QueryResult| {
        let connection = ConnectionId(row.try_get("", "connection_id")?);
        Ok((row.try_get("", "id")?, ManagedBy { connection, name: row.try_get("", "name")?, kind: kind(row)? }))
    };
    rows.iter().map(by).collect()
}
