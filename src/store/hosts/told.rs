//! `scim_host_told`: what the host server was last told of each host.

use std::collections::BTreeMap;

use entity::{
    scim_change,
    scim_host_told::{ActiveModel, Column, Entity},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict};

use super::cause::Cause;
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
    /// The detail of the entry.
    pub detail: String,
}

/// Reads what was told of those of these hosts that had an owner.
pub async fn told(session: &Session, hosts: &[HostId]) -> Result<BTreeMap<HostId, String>, OperationError> {
    let of_hosts = Entity::find().select_only().columns([Column::HostId, Column::Shown]);
    let of_hosts = of_hosts.filter(Column::HostId.is_in(hosts.iter().map(|host| host.0)));
    let rows: Vec<(i64, String)> = of_hosts.into_tuple().all(session).await?;
    Ok(rows.into_iter().map(|(host, shown)| (HostId(host), shown)).collect())
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
        })
    });
    let over =
        OnConflict::column(Column::HostId).update_columns([Column::UserId, Column::Shown, Column::Since]).to_owned();
    for chunk in rows.collect::<Vec<_>>().chunks(CHUNK) {
        let rows = Entity::insert_many(chunk.iter().cloned()).on_conflict(over.clone());
        rows.exec_without_returning(session).await?;
    }
    Ok(())
}
