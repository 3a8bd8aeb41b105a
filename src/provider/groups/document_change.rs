//! What is written of a group's document that changes.

use serde_json::Value;

use super::{RequestContext, differences};
use crate::{
    protocol::resource::{
        document::{self, Document},
        record::GroupRecord,
    },
    store::{
        changes::{self, Entry, GroupChange, NewChange},
        groups::{self, StoredGroup},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// What is written of a changed document; nothing if it stays as it is.
pub struct DocumentChange {
    /// When the group changes, its members included.
    pub now: i64,
    pub writes: Vec<Sql>,
    pub entries: Vec<Entry>,
    pub record: Option<GroupRecord>,
}

/// Checks a changed document of a locked group, and asks whether a new name is free.
///
/// # Errors
/// 400 for a document that cannot be stored, [`OperationError::NameTaken`].
pub async fn change_document(
    session: &Session,
    context: &RequestContext,
    stored: &StoredGroup,
    before: &Document,
    after: &Document,
) -> Result<DocumentChange, OperationError> {
    let now = session.later_than(stored.updated_at);
    let changed = differences(before, after);
    if changed.is_empty() {
        return Ok(DocumentChange { now, writes: vec![], entries: vec![], record: None });
    }
    document::require_extensions(Some(before), after, &context.types().group)?;
    let record = GroupRecord::from_document(after, &context.types().group)?;
    let (renamed, version) = (changed.iter().any(|attribute| attribute == "displayName"), stored.version + 1);
    let mut writes = groups::update(session, context.connection(), stored.id, &record, renamed, version, now).await?;
    if renamed && !context.settings.keeps_identifiers {
        writes.extend(groups::follow_name(session, context.connection(), stored.id, &record.display_name).await?);
    }
    let former = before.get("displayName").and_then(Value::as_str);
    let change = NewChange::Group(GroupChange {
        id: stored.id,
        former,
        display_name: Some(&record.display_name),
        attributes: &changed,
    });
    let entries = vec![changes::entry_of(session, Some(context.connection()), change, now)];
    Ok(DocumentChange { now, writes, entries, record: Some(record) })
}
