//! Writes a changed group over the stored one: the version is incremented if something differs, otherwise nothing is
//! written.

use super::{RequestContext, document_change::DocumentChange, membership::MembershipChange};
use crate::store::{
    changes,
    groups::{self, StoredGroup},
    operation_error::OperationError,
    session::Session,
};

/// Saves the changes of a locked group, whose members are changed already; returns the resulting row, with a higher version
/// if something changed.
pub async fn save(
    session: &Session,
    context: &RequestContext,
    mut stored: StoredGroup,
    document: DocumentChange,
    membership: &MembershipChange,
) -> Result<StoredGroup, OperationError> {
    let DocumentChange { now, mut writes, mut entries, record } = document;
    if membership.is_empty() && record.is_none() {
        return Ok(stored);
    }
    let mut display_name = String::new();
    match record {
        None => writes.push(groups::raised(session, &[stored.id.0], now)),
        Some(record) => (stored.resource, display_name) = (record.resource, record.display_name),
    }
    if !membership.is_empty() {
        entries.extend(membership.entries(session, context, stored.id, now));
    }
    let written = changes::append_with(session, writes, entries).await;
    written.map_err(|error| OperationError::from(error).or_name_taken(&display_name))?;
    stored.version += 1;
    stored.updated_at = now;
    Ok(stored)
}
