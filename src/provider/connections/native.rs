//! The connection that the host server fills itself. It is made when it is first used.

use std::collections::HashSet;

use super::Provider;
use crate::{
    protocol::{
        connection::{ConnectionKind, NATIVE, Vendor, connection_name},
        id::RequestId,
        messages::error::ScimError,
    },
    store::{
        changes::{self, NewChange},
        connections::{self, NativeConnection, NewProfile},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// A name that no host gives to a connection of its own.
const GIVEN: &str = "fleet-scim native";

/// How often another process may be first.
const ATTEMPTS: usize = 5;

/// Finds the connection of the host server, or makes it.
pub async fn ensure_native(provider: &Provider) -> Result<NativeConnection, OperationError> {
    if let Some(found) = connections::native(&provider.database.read().await?).await? {
        return Ok(found);
    }
    for _ in 0..ATTEMPTS {
        let mut retry = Retry::new(&provider.database, RequestId::NONE);
        while let Some(session) = retry.begin().await {
            let outcome = insert(&session).await;
            retry.end(session, outcome).await;
        }
        match retry.outcome() {
            // Another process made it, or gave its name to a connection of a version before this one.
            Err(error) if error.is_unique_violation() => {}
            outcome => return outcome,
        }
        if let Some(found) = connections::native(&provider.database.read_latest().await?).await? {
            return Ok(found);
        }
    }
    Err(OperationError::Overtaken)
}

async fn insert(session: &Session) -> Result<NativeConnection, OperationError> {
    let taken: HashSet<String> = connections::names(session).await?.into_values().collect();
    let id = connections::insert(session, GIVEN, session.now()).await?;
    let name = connection_name(NATIVE, |name| taken.contains(name));
    let profile = NewProfile {
        name: &name,
        display_name: "Native",
        vendor: Vendor::Other,
        kind: ConnectionKind::Native,
        order: 0,
    };
    connections::insert_profile(session, id, &profile).await?;
    changes::append(session, Some(id), NewChange::ConnectionCreated(&name), session.now()).await?;
    Ok(NativeConnection { id, name })
}

pub fn has_no_credentials() -> ScimError {
    let detail =
        "the native connection has no tokens and no clients: only the host server and its administrators fill it";
    ScimError::new(409, detail)
}

pub fn is_always_live() -> ScimError {
    ScimError::new(409, "the native connection cannot be paused or detached: no identity provider uses it")
}
