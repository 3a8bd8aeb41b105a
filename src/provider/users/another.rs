//! Another person under the name of one who left: nothing of the first is theirs.
//!
//! Okta and Entra ID look a name up, find the leaver, and POST, PUT or PATCH `active` together with the `externalId` of
//! somebody else (onyx#14074, better-auth#11111).

use super::{Call, lock, now};
use crate::{
    protocol::{document::Document, error::ScimError, id::UserId},
    store::{
        changes,
        failure::Failure,
        groups,
        session::Session,
        users::{self, StoredUser},
    },
};

/// Whether a record that was inactive comes back in one request with the `externalId` of somebody else.
pub fn is_another(before: &Document, after: &Document) -> bool {
    let external_id = |document: &Document| document.get("externalId").cloned();
    let (old, new) = (external_id(before), external_id(after));
    !is_active(before) && is_active(after) && old.is_some() && new.is_some() && old != new
}

pub fn is_active(document: &Document) -> bool {
    document.get("active") != Some(&serde_json::Value::Bool(false))
}

/// What stays of the first person: the record itself, without what extensions say of them.
pub fn without_extensions(document: &Document) -> Document {
    document.iter().filter(|(key, _)| !key.contains(':')).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A user that is about to change, and its groups where they are locked too.
pub struct Locked {
    pub user: StoredUser,
    groups: Option<Vec<i64>>,
}

impl Locked {
    /// Locks a user, and its groups before it where `with_groups` says that it leaves them.
    ///
    /// # Errors
    /// 404.
    pub async fn find(session: &Session, call: Call<'_>, id: UserId, with_groups: bool) -> Result<Self, Failure> {
        let not_found = || ScimError::not_found("User");
        if with_groups {
            let (user, groups) = lock::user_and_groups(session, call.connection, id).await?.ok_or_else(not_found)?;
            return Ok(Self { user, groups: Some(groups) });
        }
        let user = users::lock(session, call.connection, id).await?.ok_or_else(not_found)?;
        Ok(Self { user, groups: None })
    }

    /// Takes the user out of all its groups.
    ///
    /// # Errors
    /// [`Failure::Overtaken`] where the groups are not locked yet, which comes before the user's lock: the transaction is run
    /// again, and `with_groups` says so.
    pub async fn leave_groups(
        mut self,
        session: &Session,
        call: Call<'_>,
        with_groups: &mut bool,
    ) -> Result<StoredUser, Failure> {
        if self.user.groups.is_empty() {
            return Ok(self.user);
        }
        let Some(groups) = self.groups else {
            *with_groups = true;
            return Err(Failure::Overtaken);
        };
        leave_groups(session, call, &self.user, &groups).await?;
        self.user.groups.clear();
        Ok(self.user)
    }
}

pub async fn leave_groups(session: &Session, call: Call<'_>, user: &StoredUser, groups: &[i64]) -> Result<(), Failure> {
    let now = now();
    users::leave_groups(session, call.connection, user.id).await?;
    groups::touch(session, groups, now).await?;
    changes::append_departure(session, call.connection, user.id, groups, now).await?;
    Ok(())
}
