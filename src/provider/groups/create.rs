//! POST.

use serde_json::{Map, Value};

use super::{
    RequestContext, ResourceAnswer,
    membership::{self, MemberEdits},
    name_taken, not_absent, project,
    represent::{represent, represent_empty},
};
use crate::{
    protocol::{
        id::GroupId,
        messages::error::ScimError,
        patch::members::MemberOperation,
        resource::{
            self,
            document::{self, Document},
            record::GroupRecord,
            representation::Representation,
        },
        warnings::Warnings,
    },
    store::{
        changes::{self, GroupChange, NewChange},
        groups::{self, StoredGroup},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// A new group, as its body describes it.
struct NewGroup {
    record: GroupRecord,
    members: MemberEdits,
}

/// Creates a group.
///
/// # Errors
/// 400 for an invalid body, 409 if another group has the name, 412 if one has it and the client asked that there be none.
pub async fn create_group(
    context: &RequestContext,
    body: Map<String, Value>,
) -> Result<ResourceAnswer, OperationError> {
    let group_type = &context.types().group;
    let mut warnings = Warnings::default();
    let body = resource::read_body(body, group_type, &mut warnings)?;
    let projection = &context.projection.for_write(None, &body.document, group_type);
    let group = NewGroup::from_body(context, &body.document, body.members)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = insert_and_represent(&session, context, &group).await;
        retry.end(session, outcome).await;
    }
    let (whole, of_insert) = match retry.outcome() {
        Err(OperationError::NameTaken(_)) if context.preconditions.only_if_absent() => {
            return Err(not_absent().into());
        }
        outcome => context.name_of_group(outcome).await?,
    };
    warnings.extend(of_insert);
    Ok(ResourceAnswer { representation: project(whole, Some(body.document), projection, group_type)?, warnings })
}

/// Creates a group in a transaction together with others.
///
/// # Errors
/// 400 for an invalid body, 409 if another group has the name.
pub async fn create_in(
    session: &Session,
    context: &RequestContext,
    body: Map<String, Value>,
) -> Result<GroupId, OperationError> {
    let mut warnings = Warnings::default();
    let body = resource::read_body(body, &context.types().group, &mut warnings)?;
    let group = NewGroup::from_body(context, &body.document, body.members)?;
    match insert(session, context, &group, &mut warnings).await {
        Err(OperationError::NameTaken(_)) => Err(name_taken().into()),
        outcome => Ok(outcome?.id),
    }
}

impl NewGroup {
    fn from_body(
        context: &RequestContext,
        document: &Document,
        members: Option<Vec<String>>,
    ) -> Result<Self, ScimError> {
        document::require_extensions(None, document, &context.types().group)?;
        let record = GroupRecord::from_document(document, &context.types().group)?;
        let members = vec![MemberOperation::Add(members.unwrap_or_default())];
        Ok(Self { record, members: MemberEdits::new(&members, false, false) })
    }
}

async fn insert_and_represent(
    session: &Session,
    context: &RequestContext,
    group: &NewGroup,
) -> Result<(Representation, Warnings), OperationError> {
    let mut warnings = Warnings::default();
    let stored = insert(session, context, group, &mut warnings).await?;
    let whole = match group.members.adds_nobody() {
        true => represent_empty(session, context, &stored).await?,
        false => represent(session, context, &stored).await?,
    };
    Ok((whole, warnings))
}

async fn insert(
    session: &Session,
    context: &RequestContext,
    group: &NewGroup,
    warnings: &mut Warnings,
) -> Result<StoredGroup, OperationError> {
    let (connection, now) = (context.connection(), session.now());
    let (id, writes) = groups::insert(session, connection, &group.record, now).await?;
    groups::assign_identifier(session, connection, id, &group.record.display_name).await?;
    let name = Some(group.record.display_name.as_str());
    let creation = GroupChange { id, former: None, display_name: name, attributes: &[] };
    let mut entries = vec![changes::entry_of(session, Some(connection), NewChange::Group(creation), now)];
    if !group.members.adds_nobody() {
        let membership = membership::apply(session, context, id, &group.members, warnings).await?;
        entries.extend(membership.entries(session, context, id, now));
    }
    changes::append_with(session, writes, entries).await?;
    Ok(StoredGroup {
        id,
        version: 1,
        created_at: now,
        updated_at: now,
        resource: group.record.resource.clone(),
        additive_replace: false,
        keeps_members: false,
    })
}
