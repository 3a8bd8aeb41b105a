//! PATCH: applies all operations or none.

use super::{
    RequestContext, ResourceAnswer,
    another::{Locked, Locking, is_another, without_extensions},
    delete::delete_locked,
    keep_emails::keep_emails,
    parse_id, read_document,
    represent::represent_written,
    save::save,
};
use crate::{
    protocol::{
        id::UserId,
        patch::{self, Operation},
        resource::{document::Document, immutable},
        warnings::Warnings,
    },
    store::{operation_error::OperationError, retry::Retry, session::Session, users::StoredUser},
};

/// Applies operations to a user.
///
/// # Errors
/// 400 if an operation cannot be applied, 404, 409 if another user has the name, 412.
pub async fn patch_user(
    context: &RequestContext,
    id: &str,
    operations: Vec<Operation>,
) -> Result<ResourceAnswer, OperationError> {
    let id = parse_id(id)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    let mut locking = Locking::User;
    while let Some(session) = retry.begin().await {
        let outcome = apply(&session, context, id, &operations, locking).await;
        locking = locking.after(&outcome);
        retry.end(session, outcome).await;
    }
    let Patched { user, before, after, warnings } = context.name_of_user(retry.outcome()).await?;
    let projection = context.projection.for_write(Some(&before), &after, &context.types().user);
    let representation = represent_written(context, user, after, &projection).await?;
    Ok(ResourceAnswer { representation, warnings })
}

struct Patched {
    user: StoredUser,
    before: Document,
    after: Document,
    warnings: Warnings,
}

async fn apply(
    session: &Session,
    context: &RequestContext,
    id: UserId,
    operations: &[Operation],
    locking: Locking,
) -> Result<Patched, OperationError> {
    let user_type = &context.types().user;
    let locked = Locked::find(session, context, id, locking).await?;
    context.preconditions.check_user(&locked.user)?;
    let before = read_document(&locked.user.resource, user_type)?;
    let mut warnings = Warnings::default();
    let mut after = patch::apply_all(&before, user_type, operations, &mut warnings)?;
    context.narrow(&mut after);
    let deactivated = locked.deactivated(context, &before, &after)?;
    let stored = if is_another(&before, &after) {
        warnings = Warnings::default();
        after = patch::apply_all(&without_extensions(&before), user_type, operations, &mut warnings)?;
        context.narrow(&mut after);
        locked.leave_groups(session, context).await?
    } else {
        keep_emails(context, &before, &mut after, &mut warnings);
        immutable::check(&before, &after, user_type)?;
        locked.user
    };
    let user = save(session, context, stored, &before, &after, &mut warnings).await?;
    if let Some(groups) = deactivated {
        delete_locked(session, context, id, &groups).await?;
    }
    Ok(Patched { user, before, after, warnings })
}
