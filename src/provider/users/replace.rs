//! PUT.

use serde_json::{Map, Value};

use super::{
    RequestContext, ResourceAnswer,
    another::{Locked, Locking, is_another, without_extensions},
    delete::delete_locked,
    keep_emails::keep_emails,
    name_taken, parse_id, read_document,
    represent::represent_written,
    save::{Saved, save},
};
use crate::{
    protocol::{
        id::UserId,
        resource::{self, Body, document, immutable},
        warnings::Warnings,
    },
    store::{operation_error::OperationError, retry::Retry, session::Session},
};

/// Replaces a user with a body.
///
/// # Errors
/// 400 for an invalid body, 404, 409 if another user has the name, 412.
pub async fn replace_user(
    context: &RequestContext,
    id: &str,
    body: Map<String, Value>,
) -> Result<ResourceAnswer, OperationError> {
    let id = parse_id(id)?;
    let user_type = &context.types().user;
    let mut warnings = Warnings::default();
    let body = resource::read_body(body, user_type, &mut warnings)?;
    document::required(&body.document, "userName")?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    let mut locking = Locking::User;
    while let Some(session) = retry.begin().await {
        let outcome = replace(&session, context, id, &body, locking).await;
        locking = locking.after(&outcome);
        retry.end(session, outcome).await;
    }
    let Saved { user, document, warnings: of_save } = context.name_of_user(retry.outcome()).await?;
    warnings.extend(of_save);
    let projection = context.projection.for_write(None, &body.document, user_type);
    let representation = represent_written(context, user, document, &projection).await?;
    Ok(ResourceAnswer { representation, warnings })
}

/// Gives a user who was created in this transaction the rest of its body.
///
/// # Errors
/// 400 for an invalid body, 409 if another user has the name.
pub async fn complete(
    session: &Session,
    context: &RequestContext,
    id: UserId,
    body: Map<String, Value>,
) -> Result<Warnings, OperationError> {
    let mut warnings = Warnings::default();
    let body = resource::read_body(body, &context.types().user, &mut warnings)?;
    document::required(&body.document, "userName")?;
    match replace(session, context, id, &body, Locking::User).await {
        Err(OperationError::NameTaken(_)) => Err(name_taken().into()),
        outcome => {
            warnings.extend(outcome?.warnings);
            Ok(warnings)
        }
    }
}

async fn replace(
    session: &Session,
    context: &RequestContext,
    id: UserId,
    body: &Body,
    locking: Locking,
) -> Result<Saved, OperationError> {
    let user_type = &context.types().user;
    let mut warnings = Warnings::default();
    let locked = Locked::find(session, context, id, locking).await?;
    context.preconditions.check_user(&locked.user)?;
    let before = read_document(&locked.user.resource, user_type)?;
    let mut after = resource::replace(&before, body, user_type)?;
    context.narrow(&mut after);
    let deactivated = locked.deactivated(context, &before, &after)?;
    let stored = if is_another(&before, &after) {
        after = resource::replace(&without_extensions(&before), body, user_type)?;
        context.narrow(&mut after);
        locked.leave_groups(session, context).await?
    } else {
        keep_emails(context, &before, &mut after, &mut warnings);
        immutable::carry_over(&before, &mut after, user_type);
        immutable::check(&before, &after, user_type)?;
        locked.user
    };
    let user = save(session, context, stored, &before, &after, &mut warnings).await?;
    if let Some(groups) = deactivated {
        delete_locked(session, context, id, &groups).await?;
    }
    Ok(Saved { user, document: after, warnings })
}
