//! The users of a connection are narrowed to the attributes that it keeps, by the worker.

use super::Provider;
use crate::{
    protocol::{
        id::{RequestId, UserId},
        schema::ResourceType,
        warnings::Warnings,
    },
    provider::{read_document, users},
    store::{
        connections::{self, Narrowing},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
        users as stored,
    },
};

/// Narrows some users of a connection whose attributes changed; says whether there may be more.
pub async fn continue_narrowing(provider: &Provider) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    // Nothing is written where nothing is to be narrowed.
    if connections::to_narrow(&provider.database.read_latest().await?).await?.is_none() {
        return Ok(false);
    }
    while let Some(session) = retry.begin().await {
        let outcome = narrow_some(&session, &provider.types.user).await;
        retry.end(session, outcome).await;
    }
    retry.outcome().map(|()| true)
}

async fn narrow_some(session: &Session, user_type: &ResourceType) -> Result<(), OperationError> {
    let Some(narrowing) = connections::to_narrow(session).await? else { return Ok(()) };
    let users = connections::next_users(session, &narrowing).await?;
    for user in &users {
        narrow_user(session, user_type, &narrowing, *user).await?;
    }
    connections::lock_narrowing(session, &narrowing).await?;
    connections::note_narrowed(session, &narrowing, users.last().copied()).await
}

async fn narrow_user(
    session: &Session,
    user_type: &ResourceType,
    narrowing: &Narrowing,
    user: UserId,
) -> Result<(), OperationError> {
    let Some(stored) = stored::lock(session, narrowing.connection, user).await? else { return Ok(()) };
    let before = read_document(&stored.resource, user_type)?;
    let mut after = before.clone();
    narrowing.kept.narrow(&mut after);
    let warnings = &mut Warnings::default();
    users::write(session, narrowing.connection, user_type, stored, &before, &after, warnings).await?;
    Ok(())
}
