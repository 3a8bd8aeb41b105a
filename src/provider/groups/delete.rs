//! DELETE.

use super::{Call, Preconditions, Provider, lock, now, parse_id};
use crate::{
    protocol::{error::ScimError, id::GroupId},
    store::{
        changes::{self, Change},
        failure::Failure,
        groups,
        retry::transaction,
        session::Session,
    },
};

/// # Errors
/// 404, also the second time; 412.
pub async fn delete_group(
    provider: &Provider,
    call: Call<'_>,
    id: &str,
    preconditions: &Preconditions,
) -> Result<(), Failure> {
    let id = parse_id(id)?;
    transaction!(provider.database, call.request, tx => delete(tx, call, id, preconditions))
}

async fn delete(
    session: &Session,
    call: Call<'_>,
    id: GroupId,
    preconditions: &Preconditions,
) -> Result<(), Failure> {
    let parents = lock::group_and_parents(session, call.connection, id.0).await?;
    let stored = groups::lock(session, call.connection, id).await?.ok_or_else(|| ScimError::not_found("Group"))?;
    preconditions.check_group(stored.version)?;
    let now = now();
    let members = groups::members(session, call.connection, id).await?;
    // In parts, each within its time: one cascade over a million of them is not.
    groups::remove_members(session, call.connection, id, &members).await?;
    groups::delete(session, call.connection, id).await?;
    if !parents.is_empty() {
        groups::touch(session, &parents, now).await?;
    }
    let mut entries = changes::entries_of_moves(session, call.connection, id, &[], &members, now);
    entries.push(changes::entry_of(session, Some(call.connection), Change::GroupDeleted(id), now));
    Ok(changes::append_with(session, vec![], entries).await?)
}
