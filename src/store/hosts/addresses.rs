//! `scim_host_emails`: the addresses that the host server reports.

use std::collections::BTreeSet;

use entity::scim_host_email::{ActiveModel, Column, Entity, PrimaryKey};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, Iterable, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use super::limits::lock;
use crate::{
    protocol::id::HostId,
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// The number of rows in one INSERT.
const CHUNK: usize = 500;

/// An address of a host, with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub source: String,
    pub source_rank: i16,
    pub email: String,
    pub email_key: String,
}

/// An address as it is shown.
#[derive(Debug, Clone, FromQueryResult)]
pub struct HostAddress {
    #[sea_orm(from_alias = "host_id")]
    pub host: HostId,
    pub source: String,
    pub email: String,
    /// Below 0 for an assignment, which is no address.
    pub source_rank: i16,
}

/// Sets the addresses of a host from one source; returns false if they were set already.
///
/// Two writers of the same host meet at its row and run one after the other: the second sees everything that the first wrote.
pub async fn set(session: &Session, host: HostId, source: &str, addresses: &[Address]) -> Result<bool, OperationError> {
    let of_source = || Entity::find().filter(Column::HostId.eq(host.0)).filter(Column::Source.eq(source));
    let stored = of_source().order_by_asc(Column::Position).all(session).await?;
    let same = stored.len() == addresses.len()
        && stored.iter().zip(addresses).all(|(stored, address)| stored.email == address.email);
    if same && !stored.is_empty() {
        return Ok(false);
    }
    let limited = lock(session, &BTreeSet::from([host])).await?;
    for chunk in rows(host, addresses, limited.contains(&host)).chunks(CHUNK) {
        write(session, chunk).await?;
    }
    let kept = i16::try_from(addresses.len()).unwrap_or(i16::MAX);
    let gone = Entity::delete_many()
        .filter(Column::HostId.eq(host.0))
        .filter(Column::Source.eq(source))
        .filter(Column::Position.gte(kept))
        .exec(session)
        .await?;
    Ok(!same || gone.rows_affected > 0)
}

/// Replaces the addresses of many hosts, for a first import.
pub async fn import(session: &Session, hosts: &[(HostId, Vec<Address>)]) -> Result<(), OperationError> {
    let limited = lock(session, &hosts.iter().map(|(host, _)| *host).collect()).await?;
    let of_hosts = Column::HostId.is_in(hosts.iter().map(|(host, _)| host.0));
    Entity::delete_many().filter(of_hosts).filter(Column::SourceRank.gte(0)).exec(session).await?;
    let rows: Vec<ActiveModel> =
        hosts.iter().flat_map(|(host, addresses)| rows(*host, addresses, limited.contains(host))).collect();
    for chunk in rows.chunks(CHUNK) {
        write(session, chunk).await?;
    }
    Ok(())
}

pub async fn forget_host(session: &Session, host: HostId) -> Result<bool, OperationError> {
    let gone = Entity::delete_many().filter(Column::HostId.eq(host.0)).exec(session).await?;
    Ok(gone.rows_affected > 0)
}

/// Reads the addresses of several hosts, each host's by source and position.
pub async fn addresses(session: &Session, hosts: &[HostId]) -> Result<Vec<HostAddress>, OperationError> {
    let mut sql = Sql::new("SELECT host_id, source, email, source_rank FROM scim_host_emails WHERE host_id IN (");
    sql.bind_all(hosts.iter().map(|host| host.0)).push(") ORDER BY host_id, source_rank, source, position");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(HostAddress::from_query_result(row, "")?)).collect()
}

/// Returns the best source of a host that was set by hand, which ends the search for an owner: `None` if there is none.
pub async fn by_hand(session: &Session, host: HostId) -> Result<Option<i16>, OperationError> {
    let mut sql =
        Sql::new("SELECT MIN(source_rank) AS source_rank FROM scim_host_emails WHERE source_rank <= 0 AND host_id = ");
    sql.bind(host.0);
    Ok(session.row(sql).await?.map(|row| row.try_get("", "source_rank")).transpose()?.flatten())
}

/// Builds rows; addresses of one source get positions in their order.
fn rows(host: HostId, addresses: &[Address], limited: bool) -> Vec<ActiveModel> {
    let mut positions = std::collections::HashMap::<&str, i16>::new();
    let rows = addresses.iter().map(|address| {
        let next = positions.entry(address.source.as_str()).or_default();
        let position = *next;
        *next += 1;
        ActiveModel {
            host_id: Set(host.0),
            source: Set(address.source.clone()),
            position: Set(position),
            source_rank: Set(address.source_rank),
            email: Set(address.email.clone()),
            email_key: Set(address.email_key.clone()),
            limited: Set(limited),
        }
    });
    rows.collect()
}

async fn write(session: &Session, rows: &[ActiveModel]) -> Result<(), OperationError> {
    let key = PrimaryKey::iter().map(|key| match key {
        PrimaryKey::HostId => Column::HostId,
        PrimaryKey::Source => Column::Source,
        PrimaryKey::Position => Column::Position,
    });
    let over = OnConflict::columns(key)
        .update_columns([Column::SourceRank, Column::Email, Column::EmailKey, Column::Limited])
        .to_owned();
    Entity::insert_many(rows.iter().cloned()).on_conflict(over).exec_without_returning(session).await?;
    Ok(())
}
