//! `scim_host_leavers`: hosts whose owner was deleted and that nobody owns since.

use std::collections::HashSet;

pub use entity::scim_host_leaver::Model as Leaver;
use entity::scim_host_leaver::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter};

use super::assigned::IS_SHARED;
use crate::{
    protocol::id::HostId,
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// Those that are in the report: the host is known, nobody owns it now, and it was not said to be nobody's. What is kept may be older: it
/// is written when hosts are told, and a process of the version before tells hosts without it.
pub fn left() -> String {
    format!(
        "FROM scim_host_leavers l WHERE (EXISTS (SELECT 1 FROM scim_host_emails e WHERE e.host_id = l.host_id)
         OR EXISTS (SELECT 1 FROM scim_hosts o WHERE o.host_id = l.host_id)
         OR EXISTS (SELECT 1 FROM scim_host_names n WHERE n.host_id = l.host_id))
         AND NOT EXISTS (SELECT 1 FROM scim_host_emails s WHERE s.host_id = l.host_id AND {IS_SHARED})
         AND (SELECT COUNT(*) FROM host_scim_user v WHERE v.host_id = l.host_id) = 0"
    )
}

/// Lists them by host, after a host.
pub async fn page(session: &Session, after: HostId, limit: u64) -> Result<Vec<Leaver>, OperationError> {
    let mut sql = Sql::new("SELECT l.host_id, l.user_id, l.user_name, l.external_id, l.left_at, l.request_id ");
    sql.push(&left()).push(" AND l.host_id > ").bind(after.0).push(" ORDER BY l.host_id LIMIT ").bind(limit);
    session.rows(sql).await?.iter().map(|row| Ok(Leaver::from_query_result(row, "")?)).collect()
}

/// Forgets that these hosts were a leaver's.
pub async fn forget(session: &Session, hosts: &[HostId]) -> Result<(), OperationError> {
    for chunk in hosts.chunks(CHUNK) {
        let of_hosts = Column::HostId.is_in(chunk.iter().map(|host| host.0));
        Entity::delete_many().filter(of_hosts).exec(session).await?;
    }
    Ok(())
}

pub(super) async fn insert(session: &Session, leavers: Vec<Leaver>) -> Result<(), OperationError> {
    for chunk in leavers.chunks(CHUNK) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec_without_returning(session).await?;
    }
    Ok(())
}

/// Returns those of these users who are there.
pub async fn still_there(session: &Session, users: &[i64]) -> Result<HashSet<i64>, OperationError> {
    if users.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = Sql::new("SELECT u.id FROM scim_users u WHERE u.id");
    sql.bind_ids(session.backend(), users);
    session.rows(sql).await?.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}
