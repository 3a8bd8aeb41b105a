//! Writes a changed document over the stored one: the version is incremented if something differs, otherwise nothing is
//! written.

use super::{RequestContext, differences};
use crate::{
    protocol::{
        id::ConnectionId,
        resource::{
            document::{self, Document},
            record::UserRecord,
        },
        schema::ResourceType,
        warnings::Warnings,
    },
    store::{
        changes::{self, NewChange, UserChange},
        operation_error::OperationError,
        session::Session,
        users::{self, StoredUser},
    },
};

/// A user that was written, with its document.
pub struct Saved {
    pub user: StoredUser,
    pub document: Document,
    pub warnings: Warnings,
}

/// Saves `after` for a user that was read and locked as `stored`, and returns the resulting user.
pub async fn save(
    session: &Session,
    context: &RequestContext,
    stored: StoredUser,
    before: &Document,
    after: &Document,
    warnings: &mut Warnings,
) -> Result<StoredUser, OperationError> {
    let user_type = &context.types().user;
    document::require_extensions(Some(before), after, user_type)?;
    write(session, context.connection(), user_type, stored, before, after, warnings).await
}

/// Writes what differs.
pub async fn write(
    session: &Session,
    connection: ConnectionId,
    user_type: &ResourceType,
    stored: StoredUser,
    before: &Document,
    after: &Document,
    warnings: &mut Warnings,
) -> Result<StoredUser, OperationError> {
    let record = UserRecord::from_document(after, user_type, warnings)?;
    let changed = differences(before, after);
    if changed.is_empty() {
        return Ok(stored);
    }
    let former = UserRecord::from_document(before, user_type, &mut Warnings::default())?;
    let (version, now) = (stored.version + 1, session.later_than(stored.updated_at));
    let entry = |forgotten: Vec<String>| {
        let known = former.keys().into_iter().chain(record.keys()).map(|(key, _)| key);
        let mut keys: Vec<String> = known.chain(forgotten).collect();
        keys.sort_unstable();
        keys.dedup();
        let change = UserChange {
            id: stored.id,
            user_name: &record.user_name,
            external_id: record.external_id.as_deref(),
            was_active: Some(former.active),
            is_active: Some(record.active),
            attributes: &changed,
            keys: &keys,
            groups: &[],
        };
        changes::entry_of(session, Some(connection), NewChange::User(change), now)
    };
    users::update(session, connection, stored.id, &former, &record, version, now, entry).await?;
    Ok(StoredUser { version, updated_at: now, resource: record.resource, ..stored })
}
