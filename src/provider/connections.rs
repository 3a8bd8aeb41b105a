//! Connections, which the host creates.

use super::Provider;
use crate::{
    protocol::id::{ConnectionId, RequestId},
    store::{
        connections::{self, Setting},
        operation_error::OperationError,
        retry::Retry,
    },
};

/// Finds the connection with a name, or creates it.
pub async fn ensure_connection(provider: &Provider, name: &str) -> Result<ConnectionId, OperationError> {
    if let Some(found) = connections::find(&provider.database.read().await?, name).await? {
        return Ok(found);
    }
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = connections::insert(&session, name, session.now()).await;
        retry.end(session, outcome).await;
    }
    match retry.outcome() {
        // Another process created it first.
        Err(error) if error.is_unique_violation() => {
            let found = connections::find(&provider.database.read_latest().await?, name).await?;
            found.ok_or_else(|| OperationError::Corrupt("a connection vanished".to_owned()))
        }
        outcome => outcome,
    }
}

/// Changes a setting of a connection; says whether the connection exists.
pub async fn set(provider: &Provider, connection: ConnectionId, setting: Setting) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = connections::set(&session, connection, setting).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}
