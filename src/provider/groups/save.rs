//! Writes a changed group over the stored one: the version is incremented if something differs, otherwise nothing is
//! written.

use super::{RequestContext, differences, membership::MembershipChange};
use crate::{
    protocol::resource::{
        document::{self, Document},
        record::GroupRecord,
    },
    store::{
        changes::{self, Change},
        groups::{self, StoredGroup},
        operation_error::OperationError,
        session::Session,
    },
};

/// Saves a change to a group that was read and locked as `stored`, and whose members are changed already; returns the
/// resulting row, with a higher version if something changed.
pub async fn save(
    session: &Session,
    context: &RequestContext,
    mut stored: StoredGroup,
    before: &Document,
    after: &Document,
    membership: &MembershipChange,
) -> Result<StoredGroup, OperationError> {
    let now = session.later_than(stored.updated_at);
    let changed = differences(before, after);
    if membership.is_empty() && changed.is_empty() {
        return Ok(stored);
    }
    let (mut writes, mut entries, mut display_name) = (vec![], vec![], String::new());
    if changed.is_empty() {
        writes.push(groups::raised(session, &[stored.id.0], now));
    } else {
        document::require_extensions(Some(before), after, &context.types().group)?;
        let record = GroupRecord::from_document(after, &context.types().group)?;
        let (renamed, version) = (changed.iter().any(|attribute| attribute == "displayName"), stored.version + 1);
        writes = groups::update(session, context.connection(), stored.id, &record, renamed, version, now).await?;
        let change = Change::GroupChanged(stored.id, &changed);
        entries.push(changes::entry_of(session, Some(context.connection()), change, now));
        (stored.resource, display_name) = (record.resource, record.display_name);
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
