//! The connection that the host server fills itself. It is made when it is first used.

use std::collections::HashSet;

use super::Provider;
use crate::{
    protocol::{
        connection::{ConnectionKind, NATIVE, Vendor, connection_name},
        id::{ConnectionId, RequestId},
        messages::error::ScimError,
    },
    store::{
        connections::{self, NewProfile},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// What the host gave its connections is theirs: a name that no host gives.
const GIVEN: &str = "fleet-scim native";

/// Finds the connection of the host server, or makes it.
pub async fn ensure_native(provider: &Provider) -> Result<ConnectionId, OperationError> {
    if let Some(found) = connections::native(&provider.database.read().await?).await? {
        return Ok(found);
    }
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = insert(&session).await;
        retry.end(session, outcome).await;
    }
    match retry.outcome() {
        // Another process made it first.
        Err(error) if error.is_unique_violation() => {
            let found = connections::native(&provider.database.read_latest().await?).await?;
            found.ok_or_else(|| OperationError::Corrupt("a connection vanished".to_owned()))
        }
        outcome => outcome,
    }
}

async fn insert(session: &Session) -> Result<ConnectionId, OperationError> {
    let taken: HashSet<String> = connections::names(session).await?.into_iter().collect();
    let connection = connections::insert(session, GIVEN, session.now()).await?;
    let profile = NewProfile {
        name: &connection_name(NATIVE, |name| taken.contains(name)),
        display_name: "Native",
        vendor: Vendor::Other,
        kind: ConnectionKind::Native,
        order: 0,
    };
    connections::insert_profile(session, connection, &profile).await?;
    Ok(connection)
}

pub fn has_no_credentials() -> ScimError {
    let detail = "the native connection has no tokens and no clients: the host server fills it, and its administrators";
    ScimError::new(409, detail)
}

pub fn is_always_live() -> ScimError {
    ScimError::new(409, "the native connection is always live: no identity provider reaches it")
}
