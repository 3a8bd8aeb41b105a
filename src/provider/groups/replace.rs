//! PUT: the members are replaced by those of the body; none remain if it names none.

use serde_json::{Map, Value};

use super::{
    RequestContext, ResourceAnswer, name_taken, parse_id, project,
    read::represent,
    read_document,
    save::{GroupChange, save},
};
use crate::{
    protocol::{
        id::GroupId,
        messages::error::ScimError,
        patch::members::MemberOperation,
        resource::{
            self, Body,
            document::{self, Document},
            immutable,
            representation::{self, Representation},
        },
        warnings::Warnings,
    },
    store::{
        groups::{self, StoredGroup},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Replaces a group with a body.
///
/// # Errors
/// 400 for an invalid body or one whose members are all unknown, 404, 409 if another group has the name, 412.
pub async fn replace_group(
    context: &RequestContext,
    id: &str,
    body: Map<String, Value>,
) -> Result<ResourceAnswer, OperationError> {
    let id = parse_id(id)?;
    let group_type = &context.types().group;
    let mut warnings = Warnings::default();
    let (body, members) = read(context, body, &mut warnings)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = replace(&session, context, id, &body, &members).await;
        retry.end(session, outcome).await;
    }
    let (whole, of_save) = context.name_of_group(retry.outcome()).await?;
    warnings.extend(of_save);
    let projection = &context.projection.for_write(None, &body.document, group_type);
    Ok(ResourceAnswer { representation: project(whole, projection, group_type)?, warnings })
}

/// Gives a group that was created in this transaction the rest of its body; unknown members are skipped as in a POST.
///
/// # Errors
/// 400 for an invalid body, 409 if another group has the name.
pub async fn complete(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
    body: Map<String, Value>,
) -> Result<Warnings, OperationError> {
    let mut warnings = Warnings::default();
    let (body, members) = read(context, body, &mut warnings)?;
    let stored = groups::lock(session, context.connection(), id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    let (before, after) = documents(&stored, context, &body)?;
    let change =
        GroupChange { before: &before, after: &after, members: &members, additive: false, refuses_unknown: false };
    match save(session, context, stored, &change, &mut warnings).await {
        Err(OperationError::NameTaken(_)) => Err(name_taken().into()),
        outcome => outcome.map(|_| warnings),
    }
}

fn read(
    context: &RequestContext,
    body: Map<String, Value>,
    warnings: &mut Warnings,
) -> Result<(Body, [MemberOperation; 1]), ScimError> {
    let mut body = resource::read_body(body, &context.types().group, warnings)?;
    document::required(&body.document, "displayName")?;
    let members = [MemberOperation::Replace(body.members.take().unwrap_or_default())];
    Ok((body, members))
}

async fn replace(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
    body: &Body,
    members: &[MemberOperation],
) -> Result<(Representation, Warnings), OperationError> {
    let stored = groups::lock(session, context.connection(), id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    context.preconditions.check_group(stored.version)?;
    let (before, after) = documents(&stored, context, body)?;
    let change = GroupChange { before: &before, after: &after, members, additive: false, refuses_unknown: true };
    let mut warnings = Warnings::default();
    let (stored, _) = save(session, context, stored, &change, &mut warnings).await?;
    let whole = match context.projection.wants("members") {
        true => represent(session, context, &stored).await?,
        false => representation::of_group(stored.row(), None, context.base_url()),
    };
    Ok((whole, warnings))
}

/// Builds the stored document, and the document that a body turns it into.
fn documents(
    stored: &StoredGroup,
    context: &RequestContext,
    body: &Body,
) -> Result<(Document, Document), OperationError> {
    let group_type = &context.types().group;
    let before = read_document(&stored.resource, group_type)?;
    let mut after = resource::replace(&before, body, group_type)?;
    immutable::carry_over(&before, &mut after, group_type);
    immutable::check(&before, &after, group_type)?;
    Ok((before, after))
}
