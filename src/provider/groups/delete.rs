//! DELETE.

use serde_json::Value;

use super::{RequestContext, lock, parse_id};
use crate::{
    protocol::{id::GroupId, messages::error::ScimError, patch::members::MemberId},
    store::{
        changes::{self, GroupChange, NewChange},
        document::read_document,
        groups,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Deletes a group; its members stay.
///
/// # Errors
/// 404, also the second time; 412.
pub async fn delete_group(context: &RequestContext, id: &str) -> Result<(), OperationError> {
    let id = parse_id(id)?;
    let mut retry = Retry::new(&context.provider.database, context.request);
    while let Some(session) = retry.begin().await {
        let outcome = delete(&session, context, id).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn delete(session: &Session, context: &RequestContext, id: GroupId) -> Result<(), OperationError> {
    let connection = context.connection();
    let parents = lock::group_and_parents(session, connection, id.0).await?;
    let stored = groups::lock(session, connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    context.stored.count_resource(&stored.resource);
    context.preconditions.check_group(stored.version)?;
    let now = session.now();
    let document = read_document(&stored.resource, &context.types().group)?;
    let name = document.get("displayName").and_then(Value::as_str);
    let members = groups::members(session, context.whose_groups(), id).await?;
    context.stored.count_memberships(members.len());
    // In parts, each within the time limit: a single cascade over a million members would exceed it.
    groups::remove_members(session, context.whose_groups(), id, &members).await?;
    groups::delete(session, connection, id).await?;
    if !parents.is_empty() {
        groups::touch(session, &parents, now).await?;
    }
    let mut entries = changes::entries_of_members(session, connection, id, &[], &members, now);
    for parent in parents {
        let gone = [MemberId::Group(id)];
        entries.extend(changes::entries_of_members(session, connection, GroupId(parent), &[], &gone, now));
    }
    let deletion = GroupChange { id, former: name, display_name: None, attributes: &[] };
    entries.push(changes::entry_of(session, Some(connection), NewChange::Group(deletion), now));
    Ok(changes::append_with(session, vec![], entries).await?)
}
