//! DELETE.

use super::{RequestContext, lock, parse_id};
use crate::{
    protocol::{id::UserId, messages::error::ScimError},
    store::{
        changes::{self, NewChange},
        groups,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
        users,
    },
};

/// Deletes a user.
///
/// # Errors
/// 404, also the second time; 412.
pub async fn delete_user(context: &RequestContext, id: &str) -> Result<(), OperationError> {
    let id = parse_id(id)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = delete(&session, context, id).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn delete(session: &Session, context: &RequestContext, id: UserId) -> Result<(), OperationError> {
    let locked = lock::user_and_groups(session, context.connection(), id).await?;
    let (stored, groups) = locked.ok_or_else(|| ScimError::not_found("User"))?;
    context.count_stored(&stored);
    context.preconditions.check_user(&stored)?;
    delete_locked(session, context, id, &groups).await
}

/// Deletes a user that is locked together with its groups.
pub async fn delete_locked(
    session: &Session,
    context: &RequestContext,
    id: UserId,
    groups: &[i64],
) -> Result<(), OperationError> {
    let now = session.now();
    let identities = users::identities(session, &[id.0]).await?;
    users::delete(session, context.connection(), id).await?;
    if !groups.is_empty() {
        groups::touch(session, groups, now).await?;
    }
    let deletions = identities.iter().map(|identity| NewChange::User(identity.deletion(groups)));
    Ok(changes::append_all(session, context.connection(), deletions, now).await?)
}
