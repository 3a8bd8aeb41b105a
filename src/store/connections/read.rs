//! Reads connections, each with its profile.

use std::collections::HashMap;

use sea_orm::QueryResult;

use super::domains;
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState, Vendor},
        id::ConnectionId,
        kept_attributes::KeptAttributes,
        settings::Settings,
    },
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// A connection: one identity provider's users and groups. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// What [`Principal`](crate::Principal)s and the tables name it by.
    pub id: ConnectionId,
    /// A part of its base URL, `connections/{name}/v2`.
    pub name: String,
    /// How people call it.
    pub display_name: String,
    /// The product that provisions it.
    pub vendor: Vendor,
    /// Who fills it.
    pub kind: ConnectionKind,
    /// Whether it serves its clients.
    pub state: ConnectionState,
    /// Where it stands among the others when they are shown.
    pub order: i64,
    /// Whether a PATCH that replaces the members of a group only adds them.
    pub additive_replace: bool,
    /// Whether a PUT of a group without `members` keeps the members.
    pub keeps_members: bool,
    /// The domains of the addresses by which its users find hosts; any if it is empty.
    pub domains: Vec<String>,
    /// The attributes of users that it keeps; all if it is empty.
    pub attributes: Vec<String>,
    /// How many requests each process serves in a second; any number if it is `None`.
    pub requests_per_second: Option<i64>,
    /// What its requests follow.
    pub settings: Settings,
    /// When it was made.
    pub created_at: i64,
    /// When its last request ended; written within seconds, by [`worker`](crate::ScimModule::worker).
    pub last_request_at: Option<i64>,
    /// When its last request ended that succeeded.
    pub last_success_at: Option<i64>,
    /// The number of its users.
    pub users: i64,
    /// The number of its groups.
    pub groups: i64,
}

/// The columns of a [`Service`](super::Service) but its state.
pub(super) const SERVICE: &str =
    "p.requests_per_second, p.keeps_emails, p.deletes_deactivated, p.refuses_unknown_members, p.keeps_identifiers";

fn select(session: &Session) -> Sql {
    let sum = match session.dialect() {
        Dialect::MariaDb | Dialect::MySql => "CAST(COALESCE(SUM(n.resources), 0) AS SIGNED)",
        _ => "CAST(COALESCE(SUM(n.resources), 0) AS BIGINT)",
    };
    let total =
        |of: i16| format!("(SELECT {sum} FROM scim_counts n WHERE n.connection_id = c.id AND n.resource_type = {of})");
    Sql::new(&format!(
        "SELECT c.id, p.name, p.display_name, p.vendor, p.kind, p.state, p.display_order, c.additive_replace,
         c.keeps_members, c.domains, c.attributes, c.created_at, p.last_request_at, p.last_success_at, {SERVICE},
         {} AS users_total, {} AS groups_total
         FROM scim_connection_profiles p JOIN scim_connections c ON c.id = p.connection_id",
        total(0),
        total(1)
    ))
}

/// Reads all connections, in the order in which they are shown.
pub async fn all(session: &Session) -> Result<Vec<Connection>, OperationError> {
    let mut sql = select(session);
    sql.push(" ORDER BY p.display_order, c.id");
    session.rows(sql).await?.iter().map(parse).collect()
}

/// Returns the name of each connection.
pub async fn names(session: &Session) -> Result<HashMap<ConnectionId, String>, OperationError> {
    let sql = Sql::new("SELECT p.connection_id, p.name FROM scim_connection_profiles p");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok((ConnectionId(row.try_get("", "connection_id")?), row.try_get("", "name")?))).collect()
}

pub async fn by_name(session: &Session, name: &str) -> Result<Option<Connection>, OperationError> {
    let mut sql = select(session);
    sql.push(" WHERE p.name = ").bind(name);
    session.row(sql).await?.as_ref().map(parse).transpose()
}

/// Finds the connection with a name.
pub async fn id_of(session: &Session, name: &str) -> Result<Option<ConnectionId>, OperationError> {
    let mut sql = Sql::new("SELECT p.connection_id FROM scim_connection_profiles p WHERE p.name = ");
    sql.bind(name);
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "connection_id")).transpose()?.map(ConnectionId))
}

pub(super) fn kept(row: &QueryResult) -> Result<Option<KeptAttributes>, OperationError> {
    Ok(row.try_get::<Option<String>>("", "attributes")?.as_deref().map(KeptAttributes::from_stored))
}

pub(super) fn settings(row: &QueryResult) -> Result<Settings, OperationError> {
    Ok(Settings {
        keeps_emails: row.try_get("", "keeps_emails")?,
        deletes_deactivated: row.try_get("", "deletes_deactivated")?,
        refuses_unknown_members: row.try_get("", "refuses_unknown_members")?,
        keeps_identifiers: row.try_get("", "keeps_identifiers")?,
    })
}

/// The connection that the host server fills itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeConnection {
    pub id: ConnectionId,
    pub name: String,
}

/// Finds the connection that the host server fills itself.
pub async fn native(session: &Session) -> Result<Option<NativeConnection>, OperationError> {
    let mut sql = Sql::new("SELECT p.connection_id, p.name FROM scim_connection_profiles p WHERE p.kind = ");
    sql.bind(ConnectionKind::Native.as_str()).push(" ORDER BY p.connection_id LIMIT 1");
    let Some(row) = session.row(sql).await? else { return Ok(None) };
    Ok(Some(NativeConnection { id: ConnectionId(row.try_get("", "connection_id")?), name: row.try_get("", "name")? }))
}

/// Reads the kind of a connection. A newer version may know more of them.
pub(super) fn kind(row: &QueryResult) -> Result<ConnectionKind, OperationError> {
    Ok(ConnectionKind::parse(&row.try_get::<String>("", "kind")?).unwrap_or_default())
}

pub(super) fn state(row: &QueryResult) -> Result<ConnectionState, OperationError> {
    let state: String = row.try_get("", "state")?;
    ConnectionState::parse(&state).ok_or_else(|| OperationError::Corrupt(format!("a connection is {state}")))
}

fn parse(row: &QueryResult) -> Result<Connection, OperationError> {
    let vendor: String = row.try_get("", "vendor")?;
    Ok(Connection {
        id: ConnectionId(row.try_get("", "id")?),
        name: row.try_get("", "name")?,
        display_name: row.try_get("", "display_name")?,
        // A newer version may know more of them.
        vendor: Vendor::parse(&vendor).unwrap_or_default(),
        kind: kind(row)?,
        state: state(row)?,
        order: row.try_get("", "display_order")?,
        additive_replace: row.try_get("", "additive_replace")?,
        keeps_members: row.try_get("", "keeps_members")?,
        domains: domains::parse(row.try_get::<Option<String>>("", "domains")?.as_deref()),
        attributes: kept(row)?.map(|kept| kept.names().to_vec()).unwrap_or_default(),
        settings: settings(row)?,
        created_at: row.try_get("", "created_at")?,
        last_request_at: row.try_get("", "last_request_at")?,
        last_success_at: row.try_get("", "last_success_at")?,
        requests_per_second: row.try_get("", "requests_per_second")?,
        users: row.try_get("", "users_total")?,
        groups: row.try_get("", "groups_total")?,
    })
}
