//! The profile of a connection is locked, so that nobody changes its state meanwhile.

use super::read::{kind, state};
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState},
        id::ConnectionId,
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Locks the profile of a connection until the transaction ends, and returns its state.
pub async fn lock_state(session: &Session, id: ConnectionId) -> Result<Option<ConnectionState>, OperationError> {
    let mut sql = Sql::new("SELECT p.state FROM scim_connection_profiles p WHERE p.connection_id = ");
    sql.bind(id.0).push(session.dialect().for_update());
    session.row(sql).await?.as_ref().map(state).transpose()
}

/// A connection whose profile is locked until the transaction ends.
#[derive(Debug, Clone, Copy)]
pub struct LockedConnection {
    pub id: ConnectionId,
    pub kind: ConnectionKind,
    pub state: ConnectionState,
}

/// Locks the profile of a connection until the transaction ends.
pub async fn lock(session: &Session, name: &str) -> Result<Option<LockedConnection>, OperationError> {
    let mut sql = Sql::new("SELECT p.connection_id, p.kind, p.state FROM scim_connection_profiles p WHERE p.name = ");
    sql.bind(name).push(session.dialect().for_update());
    let Some(row) = session.row(sql).await? else { return Ok(None) };
    let id = ConnectionId(row.try_get("", "connection_id")?);
    Ok(Some(LockedConnection { id, kind: kind(&row)?, state: state(&row)? }))
}
