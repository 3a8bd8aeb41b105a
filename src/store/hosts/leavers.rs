//! `scim_host_leavers`: hosts whose owner was deleted and that nobody owns since.

use std::collections::HashSet;

pub use entity::scim_host_leaver::Model as Leaver;
use entity::scim_host_leaver::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    protocol::id::HostId,
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// Lists them by host, after a host.
pub async fn page(session: &Session, after: HostId, limit: u64) -> Result<Vec<Leaver>, OperationError> {
    let page = Entity::find().filter(Column::HostId.gt(after.0)).order_by_asc(Column::HostId).limit(limit);
    Ok(page.all(session).await?)
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
