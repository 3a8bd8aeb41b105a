//! Connections are made by the host.

use super::{Provider, now};
use crate::{
    protocol::id::{ConnectionId, RequestId},
    store::{connections, failure::Failure, retry::transaction},
};

/// The connection of this name, made when it is not there.
pub async fn ensure_connection(provider: &Provider, name: &str) -> Result<ConnectionId, Failure> {
    if let Some(found) = connections::find(&provider.database.read().await?, name).await? {
        return Ok(found);
    }
    let inserted = transaction!(provider.database, RequestId::NONE, tx => connections::insert(tx, name, now()));
    match inserted {
        Err(failure) if failure.is_unique_violation() => {
            let found = connections::find(&provider.database.read_latest().await?, name).await?;
            found.ok_or_else(|| Failure::Corrupt("a connection is there and is not".to_owned()))
        }
        outcome => outcome,
    }
}

/// Whether a replace of members only adds, for an identity provider that replaces with one member at a time; answers
/// whether the connection is there.
pub async fn set_additive_replace(
    provider: &Provider,
    connection: ConnectionId,
    additive: bool,
) -> Result<bool, Failure> {
    transaction!(provider.database, RequestId::NONE, tx => connections::set_additive_replace(tx, connection, additive))
}
