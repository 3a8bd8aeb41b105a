//! The order of row locks: first groups, then users, each by id, so that no two transactions deadlock; only a cycle of Bulk
//! cannot keep to it.

use crate::{
    protocol::id::{ConnectionId, UserId},
    store::{
        groups,
        operation_error::OperationError,
        session::Session,
        users::{self, StoredUser},
    },
};

/// Locks a user and all its groups; returns the groups that it is a member of while it is locked.
///
/// # Errors
/// A private error if its groups change faster than they can be locked.
pub async fn user_and_groups(
    session: &Session,
    connection: ConnectionId,
    user: UserId,
) -> Result<Option<(StoredUser, Vec<i64>)>, OperationError> {
    let groups = users::groups_of(session, connection, user).await?;
    if !groups.is_empty() {
        groups::lock_all(session, &groups).await?;
    }
    let Some(stored) = users::lock(session, connection, user).await? else { return Ok(None) };
    let now: Vec<i64> = users::groups_of(session, connection, user).await?;
    if now.iter().all(|group| groups.contains(group)) {
        return Ok(Some((stored, now)));
    }
    // The user joined another group between the two statements: it is too late to lock that one now.
    Err(OperationError::Overtaken)
}

/// Locks a group and those it is nested in; returns those it is nested in while it is locked.
///
/// # Errors
/// As [`user_and_groups`].
pub async fn group_and_parents(
    session: &Session,
    connection: ConnectionId,
    group: i64,
) -> Result<Vec<i64>, OperationError> {
    let parents = groups::parents_of(session, connection, group).await?;
    let mut locked = parents.clone();
    locked.push(group);
    locked.sort_unstable();
    locked.dedup();
    groups::lock_all(session, &locked).await?;
    let now = groups::parents_of(session, connection, group).await?;
    if now.iter().all(|parent| locked.contains(parent)) { Ok(now) } else { Err(OperationError::Overtaken) }
}
