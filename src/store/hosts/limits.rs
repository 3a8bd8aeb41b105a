//! `scim_hosts` and `scim_host_connections`: which hosts have their user from certain connections only.

use std::collections::{BTreeMap, BTreeSet};

use entity::{scim_connection, scim_host, scim_host_connection, scim_host_email};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict,
};

use crate::{
    protocol::id::{ConnectionId, HostId},
    store::{operation_error::OperationError, session::Session},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// The connections of hosts that are limited.
pub type Limits = BTreeMap<HostId, BTreeSet<ConnectionId>>;

/// Locks the rows of hosts until the transaction ends, and returns those that are limited.
///
/// The flag has a copy on each address. Whoever writes either locks this row first, so that neither misses the other.
pub async fn lock(session: &Session, hosts: &BTreeSet<HostId>) -> Result<BTreeSet<HostId>, OperationError> {
    let mut limited = BTreeSet::new();
    for chunk in hosts.iter().copied().collect::<Vec<_>>().chunks(CHUNK) {
        let rows = chunk.iter().map(|host| scim_host::ActiveModel { host_id: Set(host.0), limited: Set(false) });
        // A row that is there is written over with itself, which locks it on every database.
        let over = OnConflict::column(scim_host::Column::HostId).update_column(scim_host::Column::HostId).to_owned();
        scim_host::Entity::insert_many(rows).on_conflict(over).exec_without_returning(session).await?;
        limited.extend(those_limited(session, chunk).await?);
    }
    Ok(limited)
}

/// Reads the limits of those of these hosts that have one.
pub async fn limits(session: &Session, hosts: &[HostId]) -> Result<Limits, OperationError> {
    connections_of(session, &those_limited(session, hosts).await?).await
}

/// Reads the connections of hosts that are limited.
pub async fn connections_of(session: &Session, limited: &BTreeSet<HostId>) -> Result<Limits, OperationError> {
    let mut limits: Limits = limited.iter().map(|host| (*host, BTreeSet::new())).collect();
    let rows = scim_host_connection::Entity::find()
        .filter(scim_host_connection::Column::HostId.is_in(limited.iter().map(|host| host.0)))
        .order_by_asc(scim_host_connection::Column::HostId)
        .all(session)
        .await?;
    for row in rows {
        limits.entry(HostId(row.host_id)).or_default().insert(ConnectionId(row.connection_id));
    }
    Ok(limits)
}

/// Limits hosts to connections, in place of those they were limited to.
pub async fn limit(session: &Session, limits: &Limits) -> Result<(), OperationError> {
    let hosts: Vec<HostId> = limits.keys().copied().collect();
    set_limited(session, &hosts, true).await?;
    forget_connections(session, &hosts).await?;
    let rows = limits.iter().flat_map(|(host, connections)| {
        connections.iter().map(|connection| scim_host_connection::ActiveModel {
            host_id: Set(host.0),
            connection_id: Set(connection.0),
        })
    });
    for chunk in rows.collect::<Vec<_>>().chunks(CHUNK) {
        scim_host_connection::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(session).await?;
    }
    Ok(())
}

/// Ends the limits of hosts.
pub async fn unlimit(session: &Session, hosts: &[HostId]) -> Result<(), OperationError> {
    set_limited(session, hosts, false).await?;
    forget_connections(session, hosts).await
}

/// Forgets a host that is deleted. Its row comes first, as for everyone who locks it.
pub async fn forget(session: &Session, host: HostId) -> Result<(), OperationError> {
    scim_host::Entity::delete_many().filter(scim_host::Column::HostId.eq(host.0)).exec(session).await?;
    forget_connections(session, &[host]).await
}

/// Finds a connection of these that is not there.
pub async fn missing(
    session: &Session,
    connections: &BTreeSet<ConnectionId>,
) -> Result<Option<ConnectionId>, OperationError> {
    let found: Vec<i64> = scim_connection::Entity::find()
        .select_only()
        .column(scim_connection::Column::Id)
        .filter(scim_connection::Column::Id.is_in(connections.iter().map(|connection| connection.0)))
        .into_tuple()
        .all(session)
        .await?;
    Ok(connections.iter().copied().find(|connection| !found.contains(&connection.0)))
}

async fn those_limited(session: &Session, hosts: &[HostId]) -> Result<BTreeSet<HostId>, OperationError> {
    let limited: Vec<i64> = scim_host::Entity::find()
        .select_only()
        .column(scim_host::Column::HostId)
        .filter(scim_host::Column::Limited.eq(true))
        .filter(scim_host::Column::HostId.is_in(ids(hosts)))
        .into_tuple()
        .all(session)
        .await?;
    Ok(limited.into_iter().map(HostId).collect())
}

async fn set_limited(session: &Session, hosts: &[HostId], limited: bool) -> Result<(), OperationError> {
    scim_host::Entity::update_many()
        .set(scim_host::ActiveModel { limited: Set(limited), ..Default::default() })
        .filter(scim_host::Column::HostId.is_in(ids(hosts)))
        .exec(session)
        .await?;
    scim_host_email::Entity::update_many()
        .set(scim_host_email::ActiveModel { limited: Set(limited), ..Default::default() })
        .filter(scim_host_email::Column::HostId.is_in(ids(hosts)))
        .exec(session)
        .await?;
    Ok(())
}

async fn forget_connections(session: &Session, hosts: &[HostId]) -> Result<(), OperationError> {
    let of_hosts = scim_host_connection::Column::HostId.is_in(ids(hosts));
    scim_host_connection::Entity::delete_many().filter(of_hosts).exec(session).await?;
    Ok(())
}

fn ids(hosts: &[HostId]) -> impl Iterator<Item = i64> {
    hosts.iter().map(|host| host.0)
}
