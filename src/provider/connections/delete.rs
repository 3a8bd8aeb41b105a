//! The deletion of a connection: its credentials at once, its data by the worker.

use super::{Provider, no_such_connection};
use crate::{
    protocol::{
        connection::{ConnectionKind, ConnectionState, NATIVE},
        id::{ConnectionId, RequestId},
        messages::error::ScimError,
    },
    store::{
        changes::{self, NewChange},
        connections::{self, Connection, ProfileChange, Taken},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// What the deletion of a connection takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deletion {
    /// Its users.
    pub users: i64,
    /// Its groups.
    pub groups: i64,
    /// Memberships of its groups.
    pub memberships: i64,
    /// Hosts whose owner is a user of it.
    pub hosts: i64,
}

/// Begins to delete a connection, if `confirm` is its name. Its tokens end at once.
///
/// # Errors
/// 404; 409 for `default` and `native`, and without the confirmation, with what it would take.
pub async fn delete(
    provider: &Provider,
    request: RequestId,
    name: &str,
    confirm: Option<&str>,
) -> Result<Deletion, OperationError> {
    let reader = provider.database.read().await?;
    let found = match connections::by_name(&reader, name).await? {
        Some(found) => found,
        None if name == NATIVE => return Err(not_deletable(name).into()),
        None => return Err(no_such_connection().into()),
    };
    if found.id == ConnectionId::DEFAULT || found.kind == ConnectionKind::Native {
        return Err(not_deletable(name).into());
    }
    let deletion = deletion(&found, connections::taken(&reader, found.id).await?);
    drop(reader);
    if confirm != Some(name) {
        return Err(unconfirmed(name, deletion).into());
    }
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = begin(&session, name).await;
        retry.end(session, outcome).await;
    }
    let begun = retry.outcome();
    provider.admission.forget();
    provider.connection_work.notify_one();
    begun.map(|()| deletion)
}

/// Deletes one part of a connection that is being deleted; says whether there may be more.
pub async fn continue_deletion(provider: &Provider) -> Result<bool, OperationError> {
    let Some(connection) = connections::being_deleted(&provider.database.read_latest().await?).await? else {
        return Ok(false);
    };
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = connections::delete_part(&session, connection).await;
        retry.end(session, outcome).await;
    }
    if !retry.outcome()? {
        provider.admission.forget();
        tracing::info!(connection = connection.0, "a connection was deleted");
    }
    Ok(true)
}

async fn begin(session: &Session, name: &str) -> Result<(), OperationError> {
    let connection = connections::lock(session, name).await?.ok_or_else(no_such_connection)?.id;
    connections::delete_credentials(session, connection).await?;
    let change = ProfileChange { state: Some(ConnectionState::Deleting), ..ProfileChange::default() };
    change.write(session, connection).await?;
    let changed = NewChange::ConnectionChanged(name, &["state"]);
    Ok(changes::append(session, Some(connection), changed, session.now()).await?)
}

fn deletion(of: &Connection, taken: Taken) -> Deletion {
    Deletion { users: of.users, groups: of.groups, memberships: taken.memberships, hosts: taken.hosts }
}

fn unconfirmed(name: &str, deletion: Deletion) -> ScimError {
    let Deletion { users, groups, memberships, hosts } = deletion;
    let detail = format!(
        "this deletes {users} users, {groups} groups and {memberships} memberships, and {hosts} hosts lose their owner: \
         repeat it with confirm={name}"
    );
    ScimError::new(409, detail)
}

pub fn not_deletable(name: &str) -> ScimError {
    let detail = match name {
        NATIVE => "the native connection stays: delete its users and groups instead".to_owned(),
        name => format!("the connection {name} stays: pause it instead"),
    };
    ScimError::new(409, detail)
}
