//! Operations on users.

mod another;
mod create;
mod delete;
mod patch;
mod read;
mod replace;
mod represent;
mod save;

use super::{
    Answer, Call, Preconditions, Provider, differences, later_than, list, lock, not_absent, now, paging, project,
    read_document,
};
use crate::{
    protocol::{error::ScimError, fold::fold, id::UserId},
    store::{
        failure::Failure,
        users::{self, StoredUser},
    },
};
use another::is_active;
pub use {
    create::{create_in, create_user},
    delete::delete_user,
    patch::patch_user,
    read::{find_by_user_name, get_user, list_users},
    replace::{complete, replace_user},
    represent::{represent, represent_in, with_hosts},
};

/// # Errors
/// 404 for anything that is no user's id in its canonical spelling.
fn parse_id(id: &str) -> Result<UserId, ScimError> {
    UserId::parse(id).ok_or_else(|| ScimError::not_found("User"))
}

impl Preconditions {
    /// # Errors
    /// 412 when the version is not one the client asked for, whatever the user's groups were then.
    fn check_user(&self, user: &StoredUser, call: Call<'_>) -> Result<(), ScimError> {
        self.check(|tags| tags.match_version(user.version), &represent::whole(user, call).etag)
    }
}

pub fn held() -> ScimError {
    ScimError::uniqueness("another user has this userName already, in whatever letter case")
}

/// As [`held`], saying who that is.
fn held_as(holder: UserId, is_active: bool) -> ScimError {
    let state = if is_active { "" } else { " and is inactive: activate it, or delete it first" };
    ScimError::uniqueness(format!(
        "another user has this userName already, in whatever letter case: it has the id {holder}{state}"
    ))
}

/// As [`held_as`], of whoever has the name now.
async fn held_by(provider: &Provider, call: Call<'_>, user_name: &str) -> Result<ScimError, Failure> {
    let reader = &provider.database.read_latest().await?;
    let Some(holder) = users::find_by_user_name(reader, call.connection, &fold(user_name)).await? else {
        return Ok(held());
    };
    Ok(held_as(holder.id, is_active(&read_document(&holder.resource, &call.types.user)?)))
}
