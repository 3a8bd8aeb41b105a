//! `scim_host_told`: what the host server was last told of each host.

use std::collections::BTreeMap;

pub use entity::scim_host_told::Model as StoredTold;
use entity::{
    scim_change,
    scim_host_told::{ActiveModel, Column, Entity},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};

use super::{
    cause::Cause,
    leavers::{self, Leaver},
};
use crate::{
    protocol::id::{HostId, UserId},
    store::{operation_error::OperationError, session::Session},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// What is told of a host.
#[derive(Debug, Clone)]
pub struct Told {
    pub host: HostId,
    /// The owner, if it has one.
    pub user: Option<UserId>,
    /// What is shown of the owner, as JSON.
    pub shown: Option<String>,
    pub cause: Cause,
    /// Which changes made the user the owner, and inactive, as JSON.
    pub causes: Option<String>,
    /// The detail of the entry.
    pub detail: String,
    /// The owner who was deleted, if nobody owns the host since.
    pub leaver: Option<Leaver>,
}

/// Reads what was told of those of these hosts that had an owner.
pub async fn told(session: &Session, hosts: &[HostId]) -> Result<BTreeMap<HostId, StoredTold>, OperationError> {
    let of_hosts = Entity::find().filter(Column::HostId.is_in(hosts.iter().map(|host| host.0)));
    Ok(of_hosts.all(session).await?.into_iter().map(|row| (HostId(row.host_id), row)).collect())
}

/// Appends the entries `host.owner` with the numbers after `last`, and keeps what they tell.
pub async fn write_told(session: &Session, last: i64, told: &[Told]) -> Result<(), OperationError> {
    let entries = (last + 1..).zip(told).map(|(number, told)| scim_change::ActiveModel {
        changed_at: Set(told.cause.at),
        request_id: Set(told.cause.request.clone()),
        kind: Set("host.owner".to_owned()),
        connection_id: Set(None),
        user_id: Set(None),
        group_id: Set(None),
        host_id: Set(Some(told.host.0)),
        detail: Set(Some(told.detail.clone())),
        number: Set(Some(number)),
        ..Default::default()
    });
    for chunk in entries.collect::<Vec<_>>().chunks(CHUNK) {
        scim_change::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(session).await?;
    }
    let hosts: Vec<HostId> = told.iter().map(|told| told.host).collect();
    leavers::forget(session, &hosts).await?;
    leavers::insert(session, told.iter().filter_map(|told| told.leaver.clone()).collect()).await?;
    let gone: Vec<i64> = told.iter().filter(|told| told.shown.is_none()).map(|told| told.host.0).collect();
    if !gone.is_empty() {
        Entity::delete_many().filter(Column::HostId.is_in(gone)).exec(session).await?;
    }
    let rows = told.iter().filter_map(|told| {
        let (user, shown) = (told.user?, told.shown.clone()?);
        Some(ActiveModel {
            host_id: Set(told.host.0),
            user_id: Set(user.0),
            shown: Set(shown),
            since: Set(told.cause.at),
            causes: Set(told.causes.clone()),
        })
    });
    let written = [Column::UserId, Column::Shown, Column::Since, Column::Causes];
    let over = OnConflict::column(Column::HostId).update_columns(written).to_owned();
    for chunk in rows.collect::<Vec<_>>().chunks(CHUNK) {
        let rows = Entity::insert_many(chunk.iter().cloned()).on_conflict(over.clone());
        rows.exec_without_returning(session).await?;
    }
    Ok(())
}
