//! Gives a profile to each connection that a process of the version before has made.

use std::collections::HashSet;

use crate::{
    protocol::{
        connection::{ConnectionKind, NATIVE, Vendor, connection_name},
        id::RequestId,
    },
    store::{
        connections::{self, NewProfile},
        database::Database,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Gives each connection a profile. One whose name does not fit into a base URL is shown by that name and gets another.
pub async fn complete(database: &Database) -> Result<(), OperationError> {
    if connections::without_profile(&database.read_latest().await?).await?.is_empty() {
        return Ok(());
    }
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = insert_profiles(&session).await;
        retry.end(session, outcome).await;
    }
    match retry.outcome() {
        // Another process was first.
        Err(error) if error.is_unique_violation() => Ok(()),
        outcome => outcome,
    }
}

async fn insert_profiles(session: &Session) -> Result<(), OperationError> {
    let mut taken: HashSet<String> = connections::names(session).await?.into_values().collect();
    taken.insert(NATIVE.to_owned());
    for (connection, given) in connections::without_profile(session).await? {
        let name = connection_name(&given, |name| taken.contains(name));
        let profile = NewProfile {
            name: &name,
            display_name: &given,
            vendor: Vendor::Other,
            kind: ConnectionKind::Idp,
            order: 0,
        };
        connections::insert_profile(session, connection, &profile).await?;
        taken.insert(name);
    }
    Ok(())
}
