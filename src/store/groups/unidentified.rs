//! Groups that have no identifier, because a version before this one made them.

use super::identifiers::{assign_identifier, identifiers_of};
use crate::{
    protocol::id::{ConnectionId, GroupId},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Lists some groups without an identifier behind an id, the oldest first.
pub async fn unidentified(session: &Session, after: i64, groups: u64) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new("SELECT g.id FROM scim_groups g WHERE g.id > ");
    sql.bind(after).push(
        " AND NOT EXISTS (SELECT 1 FROM scim_group_identifiers i WHERE i.group_id = g.id AND i.is_current)
         ORDER BY g.id LIMIT ",
    );
    sql.bind(groups);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

/// Locks groups, and gives those an identifier that have none.
pub async fn identify(session: &Session, groups: &[i64]) -> Result<(), OperationError> {
    let mut sql = Sql::new("SELECT g.id, g.connection_id, g.display_name FROM scim_groups g WHERE g.id");
    sql.bind_ids(session.backend(), groups).push(" ORDER BY g.id").push(session.dialect().for_update());
    for row in session.rows(sql).await? {
        let (id, connection) = (GroupId(row.try_get("", "id")?), ConnectionId(row.try_get("", "connection_id")?));
        let display_name: String = row.try_get("", "display_name")?;
        if identifiers_of(session, &[id]).await?.is_empty() {
            match assign_identifier(session, connection, id, &display_name).await {
                // It goes without one until it is renamed, and the others get theirs.
                Err(OperationError::Scim(refusal)) => {
                    tracing::warn!(group = id.0, connection = connection.0, reason = %refusal.detail, "a group gets no identifier");
                }
                outcome => outcome?,
            }
        }
    }
    Ok(())
}
