//! PATCH: edits the document and the members, all or nothing, at a cost that does not grow with the group.

use super::{
    PatchedGroup, RequestContext, ResourceAnswer,
    document_change::change_document,
    membership::{self, MemberEdits},
    parse_id, project, read_document,
    represent::represent,
    save::save,
};
use crate::{
    protocol::{
        id::GroupId,
        messages::error::ScimError,
        patch::{
            self, Operation,
            members::{self, GroupPatch},
        },
        resource::{document::Document, immutable, representation::Representation, version},
        warnings::Warnings,
    },
    store::{
        groups::{self, StoredGroup},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Seen with Entra ID jobs that send one member at a time as a replace (snipe-it#19096, 2026-10).
const ONE_LEFT: &str = "a replace left one member and removed the others: if the identity provider sends one member at a time that way, the host server can turn on additive replace for this connection";

/// Applies operations to a group.
///
/// # Errors
/// 400 if an operation cannot be applied or all added members are unknown, 404, 409, 412.
pub async fn patch_group(
    context: &RequestContext,
    id: &str,
    operations: Vec<Operation>,
) -> Result<PatchedGroup, OperationError> {
    let id = parse_id(id)?;
    let group_type = &context.types().group;
    let plan = members::plan(operations, group_type)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = apply(&session, context, id, &plan).await;
        retry.end(session, outcome).await;
    }
    let Patched { group, before, after, whole, warnings } = context.name_of_group(retry.outcome()).await?;
    let Some(whole) = whole else {
        let location = format!("{}/Groups/{id}", context.base_url());
        return Ok(PatchedGroup::Large { etag: version::of_group(group.version), location, warnings });
    };
    let projection = &context.projection.for_write(Some(&before), &after, group_type);
    let representation = project(whole, Some(after), projection, group_type)?;
    Ok(PatchedGroup::Whole(ResourceAnswer { representation, warnings }))
}

struct Patched {
    group: StoredGroup,
    before: Document,
    after: Document,
    /// The answer, unless the group has too many members.
    whole: Option<Representation>,
    warnings: Warnings,
}

async fn apply(
    session: &Session,
    context: &RequestContext,
    id: GroupId,
    plan: &GroupPatch,
) -> Result<Patched, OperationError> {
    let (connection, group_type) = (context.connection(), &context.types().group);
    let stored = groups::lock(session, connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    context.stored.count_resource(&stored.resource);
    context.preconditions.check_group(stored.version)?;
    let before = read_document(&stored.resource, group_type)?;
    let mut warnings = Warnings::default();
    plan.dropped.iter().for_each(|key| warnings.drop_attribute(key));
    let after = patch::apply_all(&before, group_type, &plan.document, &mut warnings)?;
    immutable::check(&before, &after, group_type)?;
    let document = change_document(session, context, &stored, &before, &after).await?;
    let edits = MemberEdits::new(&plan.members, stored.additive_replace, true);
    let membership = membership::apply(session, context, id, &edits, &mut warnings).await?;
    let group = save(session, context, stored, document, &membership).await?;
    if membership.leaves_one_of_several() {
        warnings.advise(ONE_LEFT);
    }
    let projection = &context.projection;
    let whole = if projection.is_whole()
        && groups::exceeds(session, context.whose_groups(), id, context.provider.answered_members).await?
    {
        None
    } else {
        Some(represent(session, context, &group).await?)
    };
    Ok(Patched { group, before, after, whole, warnings })
}
