//! `scim_host_names`: the names that the host server gives its hosts.

use std::collections::BTreeMap;

use entity::scim_host_name::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use crate::{
    protocol::{case_fold::case_fold, id::HostId},
    store::{operation_error::OperationError, session::Session},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// Sets the names of hosts, replacing those they had.
pub async fn set_names(session: &Session, names: &[(HostId, String)]) -> Result<(), OperationError> {
    for chunk in names.chunks(CHUNK) {
        let rows = chunk.iter().map(|(host, name)| ActiveModel {
            host_id: Set(host.0),
            name: Set(name.clone()),
            name_key: Set(case_fold(name)),
        });
        let over = OnConflict::column(Column::HostId).update_columns([Column::Name, Column::NameKey]).to_owned();
        Entity::insert_many(rows).on_conflict(over).exec_without_returning(session).await?;
    }
    Ok(())
}

pub async fn forget_name(session: &Session, host: HostId) -> Result<(), OperationError> {
    Entity::delete_many().filter(Column::HostId.eq(host.0)).exec(session).await?;
    Ok(())
}

/// Reads the names of those of these hosts that have one.
pub async fn names(session: &Session, hosts: &[HostId]) -> Result<BTreeMap<HostId, String>, OperationError> {
    let found = Entity::find().filter(Column::HostId.is_in(hosts.iter().map(|host| host.0))).all(session).await?;
    Ok(found.into_iter().map(|row| (HostId(row.host_id), row.name)).collect())
}
