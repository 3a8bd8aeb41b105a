//! The representation of a group, with its members and its identifier if they are asked for.

use super::RequestContext;
use crate::{
    protocol::{
        patch::members::MemberId,
        resource::representation::{self, Representation},
        schema::IDENTIFIER_EXTENSION,
    },
    store::{
        groups::{self, StoredGroup},
        operation_error::OperationError,
        session::Session,
    },
};

/// Represents a group as the client asked for it.
pub async fn represent(
    session: &Session,
    context: &RequestContext,
    group: &StoredGroup,
) -> Result<Representation, OperationError> {
    let members = match context.projection.wants("members") {
        true => Some(groups::members(session, context.whose_groups(), group.id).await?),
        false => None,
    };
    represent_with(session, context, group, members).await
}

/// Represents a group that was just created and has no members.
pub async fn represent_empty(
    session: &Session,
    context: &RequestContext,
    group: &StoredGroup,
) -> Result<Representation, OperationError> {
    represent_with(session, context, group, context.projection.wants("members").then(Vec::new)).await
}

async fn represent_with(
    session: &Session,
    context: &RequestContext,
    group: &StoredGroup,
    members: Option<Vec<MemberId>>,
) -> Result<Representation, OperationError> {
    if context.projection.is_nothing() {
        return Ok(representation::headers_of_group(group.row(), context.base_url()));
    }
    let urls = match &members {
        Some(members) if !members.is_empty() => context.member_urls(session, &[group.id]).await?,
        _ => context.own_urls(),
    };
    let members = members.as_deref().map(|members| (members, &urls));
    let whole = representation::of_group(group.row(), members, context.base_url());
    if !context.projection.names_extension(&IDENTIFIER_EXTENSION) {
        return Ok(whole);
    }
    let identifiers = groups::identifiers_of(session, &[group.id]).await?;
    Ok(whole.with_identifier(identifiers.get(&group.id).map(String::as_str)))
}
