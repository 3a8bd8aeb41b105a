//! New connections.

use super::{Provider, change::write_settings, complete};
use crate::{
    protocol::{
        connection::{ConnectionKind, NATIVE, Vendor, connection_name, is_connection_name},
        id::{ConnectionId, RequestId},
        messages::{
            connection::{NewConnection, SettingsChange},
            error::ScimError,
        },
        schema::ResourceType,
    },
    store::{
        changes::{self, NewChange},
        connections::{self, Connection, NewProfile},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Finds the connection with a name that the host chose freely, or creates it.
pub async fn ensure_connection(provider: &Provider, name: &str) -> Result<ConnectionId, OperationError> {
    if let Some(found) = connections::find(&provider.database.read().await?, name).await? {
        return Ok(found);
    }
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = insert_named(&session, name).await;
        retry.end(session, outcome).await;
    }
    let created = match retry.outcome() {
        // Another process created it first.
        Err(error) if error.is_unique_violation() => {
            let found = connections::find(&provider.database.read_latest().await?, name).await?;
            found.ok_or_else(|| OperationError::Corrupt("a connection vanished".to_owned()))
        }
        outcome => outcome,
    }?;
    complete(&provider.database).await?;
    Ok(created)
}

async fn insert_named(session: &Session, name: &str) -> Result<ConnectionId, OperationError> {
    let connection = connections::insert(session, name, session.now()).await?;
    changes::append(session, Some(connection), NewChange::ConnectionCreated(name), session.now()).await?;
    Ok(connection)
}

/// Creates a connection.
///
/// # Errors
/// 400 for a name that cannot be, 409 for one that exists.
pub async fn create(
    provider: &Provider,
    request: RequestId,
    new: &NewConnection,
) -> Result<Connection, OperationError> {
    let name = match &new.name {
        Some(name) if is_connection_name(name) => name.clone(),
        Some(_) => return Err(bad_name().into()),
        None => connection_name(&new.display_name, |_| false),
    };
    if name == NATIVE {
        return Err(ScimError::uniqueness("the name native is the host server's own: choose another").into());
    }
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = insert(&session, &provider.types.user, &name, new).await;
        retry.end(session, outcome).await;
    }
    match retry.outcome() {
        Err(error) if error.is_unique_violation() => {
            Err(ScimError::uniqueness(format!("there is a connection {name} already: choose another name")).into())
        }
        outcome => outcome,
    }
}

async fn insert(
    session: &Session,
    user_type: &ResourceType,
    name: &str,
    new: &NewConnection,
) -> Result<Connection, OperationError> {
    let connection = insert_named(session, name).await?;
    let profile = NewProfile {
        name,
        display_name: &new.display_name,
        vendor: new.vendor.unwrap_or(Vendor::Other),
        kind: ConnectionKind::Idp,
        order: new.order.unwrap_or_default(),
    };
    connections::insert_profile(session, connection, &profile).await?;
    let settings = &new.settings;
    let keeps_members = settings.keeps_members.or(profile.vendor.keeps_members().then_some(true));
    write_settings(session, user_type, connection, &SettingsChange { keeps_members, ..settings.clone() }).await?;
    let created = connections::by_name(session, name).await?;
    created.ok_or_else(|| OperationError::Corrupt("a connection vanished".to_owned()))
}

fn bad_name() -> ScimError {
    ScimError::invalid_value("name has 1 to 63 of a to z, 0 to 9 and hyphens: it is a part of the base URL")
}
