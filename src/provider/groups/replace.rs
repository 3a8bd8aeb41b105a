//! PUT: the members are replaced by those of the body; without `members`, none remain, or all if the connection is set so.

use serde_json::{Map, Value};

use super::{
    RequestContext, ResourceAnswer,
    document_change::change_document,
    membership::{self, MemberEdits},
    name_taken, parse_id, project, read_document,
    represent::represent,
    save::save,
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
            representation::Representation,
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

/// RFC 7644 section 3.5.1 leaves it to the provider what a PUT without an attribute means for it.
const MEMBERS_REMOVED: &str = "a PUT left out members, so all members were removed: if the identity provider leaves them out to keep them, the host server can set this connection to keep them";
/// Keycloak's SCIM client renames groups so (keycloak-scim#134).
const MEMBERS_KEPT: &str = "a PUT left out members, so all members were kept, as this connection is set";

/// What a body makes of a group.
struct Replacement {
    body: Body,
    members: [MemberOperation; 1],
    names_members: bool,
}

/// A group that a body has replaced.
struct Replaced {
    whole: Representation,
    document: Document,
    warnings: Warnings,
}

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
    let replacement = read(context, body, &mut warnings)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = replace(&session, context, id, &replacement).await;
        retry.end(session, outcome).await;
    }
    let Replaced { whole, document, warnings: of_save } = context.name_of_group(retry.outcome()).await?;
    warnings.extend(of_save);
    let projection = &context.projection.for_write(None, &replacement.body.document, group_type);
    Ok(ResourceAnswer { representation: project(whole, Some(document), projection, group_type)?, warnings })
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
    let Replacement { body, members, .. } = read(context, body, &mut warnings)?;
    let stored = groups::lock(session, context.connection(), id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    let (before, after) = documents(&stored, context, &body)?;
    // Who has the name cannot be asked while this transaction holds its rows.
    let taken = |error| match error {
        OperationError::NameTaken(_) => name_taken().into(),
        error => error,
    };
    let document = change_document(session, context, &stored, &before, &after).await.map_err(taken)?;
    let edits = MemberEdits::new(&members, false, false);
    let membership = membership::apply(session, context, id, &edits, &mut warnings).await?;
    save(session, context, stored, document, &membership).await.map_err(taken)?;
    Ok(warnings)
}

fn read(context: &RequestContext, body: Map<String, Value>, warnings: &mut Warnings) -> Result<Replacement, ScimError> {
    let mut body = resource::read_body(body, &context.types().group, warnings)?;
    document::required(&body.document, "displayName")?;
    let names_members = body.members.is_some();
    let members = [MemberOperation::Replace(body.members.take().unwrap_or_default())];
    Ok(Replacement { body, members, names_members })
}

async fn replace(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
    replacement: &Replacement,
) -> Result<Replaced, OperationError> {
    let stored = groups::lock(session, context.connection(), id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    context.stored.count_resource(&stored.resource);
    context.preconditions.check_group(stored.version)?;
    let (before, after) = documents(&stored, context, &replacement.body)?;
    let keeps = !replacement.names_members && stored.keeps_members;
    let members = if keeps { &[] } else { replacement.members.as_slice() };
    let mut warnings = Warnings::default();
    let changed = change_document(session, context, &stored, &before, &after).await?;
    let edits = MemberEdits::new(members, false, true);
    let membership = membership::apply(session, context, id, &edits, &mut warnings).await?;
    let stored = save(session, context, stored, changed, &membership).await?;
    if keeps {
        warnings.advise(MEMBERS_KEPT);
    } else if !replacement.names_members && membership.removes() {
        warnings.advise(MEMBERS_REMOVED);
    }
    let whole = represent(session, context, &stored).await?;
    Ok(Replaced { whole, document: after, warnings })
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
