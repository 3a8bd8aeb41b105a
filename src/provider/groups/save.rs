//! Writes a changed group over the stored one: the version is incremented if something differs, otherwise nothing is
//! written.

use super::{
    RequestContext, differences, later_than,
    membership::{self, MembershipChange},
};
use crate::{
    protocol::{
        patch::members::{self, MemberOperation},
        resource::{
            document::{self, Document},
            record::GroupRecord,
        },
        warnings::Warnings,
    },
    store::{
        changes::{self, Change},
        groups::{self, StoredGroup},
        operation_error::OperationError,
        session::Session,
    },
};

/// What a group is changed to.
pub struct GroupChange<'a> {
    pub before: &'a Document,
    pub after: &'a Document,
    pub members: &'a [MemberOperation],
    /// Whether replacing members only adds them.
    pub additive: bool,
    /// Whether the change is refused if none of the members is known; a new group is created without them.
    pub refuses_unknown: bool,
}

/// Saves a change to a group that was read and locked as `stored`; returns the resulting row, with a higher version if
/// something changed, and which members were added and removed.
pub async fn save(
    session: &Session,
    context: &RequestContext,
    mut stored: StoredGroup,
    change: &GroupChange<'_>,
    warnings: &mut Warnings,
) -> Result<(StoredGroup, MembershipChange), OperationError> {
    let GroupChange { before, after, members: operations, additive, refuses_unknown } = *change;
    let now = later_than(stored.updated_at);
    let changed = differences(before, after);
    let (mut writes, mut entries, mut display_name) = (vec![], vec![], String::new());
    if !changed.is_empty() {
        document::require_extensions(Some(before), after, &context.types().group)?;
        let record = GroupRecord::from_document(after, &context.types().group)?;
        let (renamed, version) = (changed.iter().any(|attribute| attribute == "displayName"), stored.version + 1);
        writes = groups::update(session, context.connection(), stored.id, &record, renamed, version, now).await?;
        let change = Change::GroupChanged(stored.id, &changed);
        entries.push(changes::entry_of(session, Some(context.connection()), change, now));
        (stored.resource, display_name) = (record.resource, record.display_name);
    }
    let mut membership = MembershipChange::default();
    if !operations.is_empty() {
        let added = members::added(operations);
        let edits = members::edits(operations.to_vec(), additive);
        membership = membership::apply(session, context, stored.id, &edits, &added, refuses_unknown, warnings).await?;
        if !membership.is_empty() {
            entries.extend(membership.entries(session, context, stored.id, now));
        }
    }
    if membership.is_empty() && changed.is_empty() {
        return Ok((stored, membership));
    }
    if writes.is_empty() {
        writes.push(groups::raised(session, &[stored.id.0], now));
    }
    let written = changes::append_with(session, writes, entries).await;
    written.map_err(|error| OperationError::from(error).or_name_taken(&display_name))?;
    stored.version += 1;
    stored.updated_at = now;
    Ok((stored, membership))
}
