//! Connections: the host ensures them, an administrator makes and changes them.

mod adapt;
mod change;
mod clients;
mod complete;
mod create;
mod delete;
mod narrow;
mod native;
mod secrets;
mod tokens;

pub use adapt::continue_adaptation;
pub use change::change;
pub use clients::{IssuedClient, clients, create_client, delete_client, has_clients, too_many_clients};
pub use complete::complete;
pub use create::{create, ensure_connection};
pub use delete::{Deletion, continue_deletion, delete, not_deletable};
pub use narrow::continue_narrowing;
pub use native::{ensure_native, has_no_credentials, is_always_live};
pub use secrets::{IssuedSecret, add_secret, delete_secret, no_such_secret, too_many_secrets};
pub use tokens::{IssuedToken, issue_token, no_such_token, revoke_token, rotate_token, tokens, too_many_tokens};

use super::Provider;
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState, NATIVE},
        id::{ConnectionId, RequestId},
        messages::error::ScimError,
        token::{RANDOM, TokenKind},
    },
    store::{
        changes::{self, NewChange},
        connections::{self, Connection, LockedConnection, Setting},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Lists all connections, in the order in which they are shown.
pub async fn list(provider: &Provider) -> Result<Vec<Connection>, OperationError> {
    complete(&provider.database).await?;
    connections::all(&provider.database.read().await?).await
}

/// Finds the connection with a name.
///
/// # Errors
/// 404.
pub async fn get(provider: &Provider, name: &str) -> Result<Connection, OperationError> {
    if name == NATIVE {
        ensure_native(provider).await?;
    }
    let found = connections::by_name(&provider.database.read().await?, name).await?;
    Ok(found.ok_or_else(no_such_connection)?)
}

/// Changes a setting of a connection; says whether the connection exists.
pub async fn set(provider: &Provider, connection: ConnectionId, setting: Setting) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = set_in(&session, connection, setting).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn set_in(session: &Session, connection: ConnectionId, setting: Setting) -> Result<bool, OperationError> {
    let is_there = connections::set(session, connection, setting).await?;
    if let Some(name) = connections::names(session).await?.remove(&connection) {
        let changed = NewChange::ConnectionChanged(&name, &[setting.name()]);
        changes::append(session, Some(connection), changed, session.now()).await?;
    }
    Ok(is_there)
}

/// Locks a connection that an administrator changes.
///
/// # Errors
/// 404; 409 for one that is being deleted.
async fn lock(session: &Session, name: &str) -> Result<LockedConnection, OperationError> {
    let locked = connections::lock(session, name).await?.ok_or_else(no_such_connection)?;
    match locked.state {
        ConnectionState::Deleting => Err(ScimError::new(409, "the connection is being deleted").into()),
        _ => Ok(locked),
    }
}

/// Locks a connection that is given credentials.
///
/// # Errors
/// As [`lock`], and 409 for `native`, which no identity provider may reach.
async fn lock_for_credentials(session: &Session, name: &str) -> Result<ConnectionId, OperationError> {
    match lock(session, name).await {
        Ok(locked) if locked.kind == ConnectionKind::Idp => Ok(locked.id),
        Ok(_) => Err(has_no_credentials().into()),
        // It is made when it is first used.
        Err(OperationError::Scim(refusal)) if refusal.status == 404 && name == NATIVE => {
            Err(has_no_credentials().into())
        }
        Err(failure) => Err(failure),
    }
}

/// Makes a token or secret of ours.
pub(super) fn random_token(kind: TokenKind) -> Result<String, OperationError> {
    Ok(kind.spell(random::<RANDOM>()?))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], OperationError> {
    let mut random = [0; BYTES];
    getrandom::fill(&mut random).map_err(|_| OperationError::NoRandomness)?;
    Ok(random)
}

pub fn no_such_connection() -> ScimError {
    ScimError::new(404, "there is no such connection")
}

pub fn no_such_client() -> ScimError {
    ScimError::new(404, "the connection has no such client")
}
