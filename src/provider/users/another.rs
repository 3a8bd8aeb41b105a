//! Another person under the name of somebody who left: they inherit nothing from the first person.
//!
//! Okta and Entra ID look up a name, find the user who left, and POST, PUT or PATCH `active` together with the `externalId`
//! of somebody else (onyx#14074, better-auth#11111).

use super::{RequestContext, lock};
use crate::{
    protocol::{id::UserId, messages::error::ScimError, resource::document::Document},
    store::{
        changes, connections, groups,
        operation_error::OperationError,
        session::Session,
        users::{self, StoredUser},
    },
};

/// Says whether one request reactivates an inactive user with the `externalId` of somebody else.
pub fn is_another(before: &Document, after: &Document) -> bool {
    let external_id = |document: &Document| document.get("externalId").cloned();
    let (old, new) = (external_id(before), external_id(after));
    !is_active(before) && is_active(after) && old.is_some() && new.is_some() && old != new
}

pub fn is_active(document: &Document) -> bool {
    document.get("active") != Some(&serde_json::Value::Bool(false))
}

/// Keeps what remains of the first person: the user itself, without its extensions.
pub fn without_extensions(document: &Document) -> Document {
    document.iter().filter(|(key, _)| !key.contains(':')).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What is locked before a user changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locking {
    User,
    /// The groups too, before the user, because it leaves them.
    UserAndGroups,
}

impl Locking {
    /// Says what the next attempt locks after this outcome.
    pub const fn after<T>(self, outcome: &Result<T, OperationError>) -> Self {
        if matches!(outcome, Err(OperationError::GroupsUnlocked)) { Self::UserAndGroups } else { self }
    }
}

/// A user that is about to change, and its groups if they are locked too.
pub struct Locked {
    pub user: StoredUser,
    groups: Option<Vec<i64>>,
}

impl Locked {
    /// Locks a user, and its groups before it if `locking` says so.
    ///
    /// # Errors
    /// 404.
    pub async fn find(
        session: &Session,
        context: &RequestContext,
        id: UserId,
        locking: Locking,
    ) -> Result<Self, OperationError> {
        let not_found = || ScimError::not_found("User");
        if locking == Locking::UserAndGroups {
            let locked = lock::user_and_groups(session, context.connection(), id).await?;
            let (user, groups) = locked.ok_or_else(not_found)?;
            context.count_stored(&user);
            return Ok(Self { user, groups: Some(groups) });
        }
        let user = users::lock(session, context.connection(), id).await?.ok_or_else(not_found)?;
        context.count_stored(&user);
        Ok(Self { user, groups: None })
    }

    /// Returns the groups of a user whom a request deactivates, if the connection deletes such users.
    ///
    /// # Errors
    /// [`OperationError::GroupsUnlocked`] if they are not locked.
    pub fn deactivated(
        &self,
        context: &RequestContext,
        before: &Document,
        after: &Document,
    ) -> Result<Option<Vec<i64>>, OperationError> {
        if !context.settings.deletes_deactivated || !is_active(before) || is_active(after) {
            return Ok(None);
        }
        self.groups.clone().map(Some).ok_or(OperationError::GroupsUnlocked)
    }

    /// Takes the user out of all its groups.
    ///
    /// # Errors
    /// [`OperationError::GroupsUnlocked`] if they are not locked.
    pub async fn leave_groups(
        mut self,
        session: &Session,
        context: &RequestContext,
    ) -> Result<StoredUser, OperationError> {
        let groups = self.groups.ok_or(OperationError::GroupsUnlocked)?;
        if !groups.is_empty() {
            leave_groups(session, context, &self.user, &groups).await?;
        }
        self.user.clear_groups();
        Ok(self.user)
    }
}

pub async fn leave_groups(
    session: &Session,
    context: &RequestContext,
    user: &StoredUser,
    groups: &[i64],
) -> Result<(), OperationError> {
    let now = session.now();
    users::leave_groups(session, context.connection(), user.id).await?;
    groups::touch(session, groups, now).await?;
    let (own, native): (Vec<i64>, Vec<i64>) =
        groups.iter().partition(|group| user.groups.iter().any(|(own, _)| own == *group));
    changes::append_departure(session, context.connection(), user.id, &own, now).await?;
    if native.is_empty() {
        return Ok(());
    }
    if let Some(connection) = connections::native(session).await? {
        changes::append_departure(session, connection.id, user.id, &native, now).await?;
    }
    Ok(())
}
