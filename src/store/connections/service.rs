//! What a connection serves, and by which settings.

use std::sync::Arc;

use sea_orm::QueryResult;

use super::read::{SERVICE, kept, kind, settings, state};
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState},
        id::ConnectionId,
        kept_attributes::KeptAttributes,
        settings::Settings,
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// What a connection serves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Who fills the connection, and with it who may reach it.
    pub kind: ConnectionKind,
    pub state: ConnectionState,
    pub requests_per_second: Option<i64>,
    pub settings: Settings,
    /// The attributes of users that are kept; all if it is `None`.
    pub kept: Option<Arc<KeptAttributes>>,
}

/// Reads what a connection serves.
pub async fn service_of(session: &Session, id: ConnectionId) -> Result<Option<Service>, OperationError> {
    let mut sql = Sql::new(&format!(
        "SELECT p.kind, p.state, {SERVICE}, c.attributes FROM scim_connection_profiles p JOIN scim_connections c ON c.id = p.connection_id WHERE p.connection_id = "
    ));
    sql.bind(id.0);
    let service = |row: &QueryResult| {
        Ok(Service {
            kind: kind(row)?,
            state: state(row)?,
            requests_per_second: row.try_get("", "requests_per_second")?,
            settings: settings(row)?,
            kept: kept(row)?.map(Arc::new),
        })
    };
    session.row(sql).await?.as_ref().map(service).transpose()
}
