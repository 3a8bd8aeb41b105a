//! Changes of a connection by an administrator.

use super::{Provider, ensure_native, is_always_live, lock, no_such_connection};
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState, NATIVE},
        id::{ConnectionId, RequestId},
        kept_attributes::KeptAttributes,
        messages::connection::{ConnectionChange, SettingsChange, check_rate, parse_domains},
        schema::ResourceType,
    },
    store::{
        access_tokens,
        changes::{self, NewChange},
        connections::{self, Connection, ProfileChange, Setting},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Changes what is named, and nothing else.
///
/// # Errors
/// 404; 409 for a connection that is being deleted, and for another state of `native`.
pub async fn change(
    provider: &Provider,
    request: RequestId,
    name: &str,
    change: &ConnectionChange,
) -> Result<Connection, OperationError> {
    if name == NATIVE {
        ensure_native(provider).await?;
    }
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = write(&session, &provider.types.user, name, change).await;
        retry.end(session, outcome).await;
    }
    let changed = retry.outcome();
    provider.admission.forget();
    provider.connection_work.notify_one();
    changed
}

async fn write(
    session: &Session,
    user_type: &ResourceType,
    name: &str,
    change: &ConnectionChange,
) -> Result<Connection, OperationError> {
    let locked = lock(session, name).await?;
    let connection = locked.id;
    let ConnectionChange { display_name, vendor, state, order, settings } = change.clone();
    if state.is_some_and(|state| state != ConnectionState::Live) {
        if locked.kind == ConnectionKind::Native {
            return Err(is_always_live().into());
        }
        access_tokens::delete_of_connection(session, connection).await?;
    }
    ProfileChange { display_name, vendor, state, order, ..ProfileChange::default() }.write(session, connection).await?;
    write_settings(session, user_type, connection, &settings).await?;
    let attributes = change.attributes();
    if !attributes.is_empty() {
        let changed = NewChange::ConnectionChanged(name, &attributes);
        changes::append(session, Some(connection), changed, session.now()).await?;
    }
    Ok(connections::by_name(session, name).await?.ok_or_else(no_such_connection)?)
}

/// Changes the settings that are named.
pub(super) async fn write_settings(
    session: &Session,
    user_type: &ResourceType,
    connection: ConnectionId,
    change: &SettingsChange,
) -> Result<(), OperationError> {
    let settings =
        [change.additive_replace.map(Setting::AdditiveReplace), change.keeps_members.map(Setting::KeepsMembers)];
    for setting in settings.into_iter().flatten() {
        connections::set(session, connection, setting).await?;
    }
    let of_profile = ProfileChange {
        requests_per_second: change.requests_per_second.map(|rate| rate.map(check_rate).transpose()).transpose()?,
        keeps_emails: change.keeps_emails,
        deletes_deactivated: change.deletes_deactivated,
        refuses_unknown_members: change.refuses_unknown_members,
        keeps_identifiers: change.keeps_identifiers,
        ..ProfileChange::default()
    };
    of_profile.write(session, connection).await?;
    if let Some(names) = &change.attributes {
        let kept = (!names.is_empty()).then(|| KeptAttributes::parse(names, user_type)).transpose()?;
        connections::set_attributes(session, connection, kept.as_ref()).await?;
    }
    match &change.domains {
        Some(domains) => connections::set_domains(session, connection, &parse_domains(domains)?).await,
        None => Ok(()),
    }
}
