//! Writing a changed group over the stored one: a version more when something differs, nothing at all otherwise.

use super::{
    Call, differences, later_than,
    membership::{self, Moves},
};
use crate::{
    protocol::{
        document::{self, Document},
        members::{self, MemberOperation},
        record::GroupRecord,
        remarks::Remarks,
    },
    store::{
        changes,
        failure::Failure,
        groups::{self, StoredGroup},
        session::Session,
    },
};

/// What a group becomes.
pub struct Change<'a> {
    pub before: &'a Document,
    pub after: &'a Document,
    pub members: &'a [MemberOperation],
    /// Whether a replace of members only adds them.
    pub additive: bool,
    /// Whether nothing changes where none of the members is known; a new group is there without them.
    pub refuses_unknown: bool,
}

/// Saves a change where `stored` was read and locked; answers the row as it is then, a version later when something
/// changed, and who came and went.
pub async fn save(
    session: &Session,
    call: Call<'_>,
    mut stored: StoredGroup,
    change: &Change<'_>,
    remarks: &mut Remarks,
) -> Result<(StoredGroup, Moves), Failure> {
    let Change { before, after, members: operations, additive, refuses_unknown } = *change;
    let now = later_than(stored.updated_at);
    let changed = differences(before, after);
    let (mut writes, mut entries) = (vec![], vec![]);
    if !changed.is_empty() {
        document::require_extensions(Some(before), after, &call.types.group)?;
        let record = GroupRecord::of(after, &call.types.group)?;
        let (renamed, version) = (changed.iter().any(|attribute| attribute == "displayName"), stored.version + 1);
        writes = groups::update(session, call.connection, stored.id, &record, renamed, version, now).await?;
        let change = changes::Change::GroupChanged(stored.id, &changed);
        entries.push(changes::entry_of(session, Some(call.connection), change, now));
        stored.resource = record.resource;
    }
    let mut moves = Moves::default();
    if !operations.is_empty() {
        let added = members::added(operations);
        let edits = members::edits(operations.to_vec(), additive);
        moves = membership::apply(session, call, stored.id, &edits, &added, refuses_unknown, remarks).await?;
        if !moves.is_empty() {
            entries.extend(moves.entries(session, call, stored.id, now));
        }
    }
    if moves.is_empty() && changed.is_empty() {
        return Ok((stored, moves));
    }
    if writes.is_empty() {
        writes.push(groups::raised(session, &[stored.id.0], now));
    }
    changes::append_with(session, writes, entries).await?;
    stored.version += 1;
    stored.updated_at = now;
    Ok((stored, moves))
}
