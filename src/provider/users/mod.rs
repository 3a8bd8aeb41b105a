//! Operations on users.

mod another;
mod create;
mod delete;
mod keep_emails;
mod patch;
mod read;
mod replace;
mod represent;
mod save;

use super::{
    Preconditions, Provider, RequestContext, ResourceAnswer, differences, listed, lock, not_absent, project,
    read_document,
};
use crate::{
    protocol::{case_fold::case_fold, id::UserId, messages::error::ScimError, resource::version},
    store::{
        operation_error::OperationError,
        users::{self, StoredUser},
    },
};
pub use {
    create::{create_in, create_user},
    delete::delete_user,
    patch::patch_user,
    read::{Users, find_by_user_name, get_user},
    replace::{complete, replace_user},
    represent::{headers_in, represent, with_hosts},
    save::write,
};

/// Parses the id of a user.
///
/// # Errors
/// 404 for anything that is not a user's id in its canonical spelling.
fn parse_id(id: &str) -> Result<UserId, ScimError> {
    UserId::parse(id).ok_or_else(|| ScimError::not_found("User"))
}

impl Preconditions {
    /// Checks the preconditions against a user.
    ///
    /// # Errors
    /// 412 if the version is not one the client asked for, whatever the user's groups were at that time.
    fn check_user(&self, user: &StoredUser) -> Result<(), ScimError> {
        self.check(|tags| tags.match_version(user.version), || version::of_user(user.version, &user.groups()))
    }
}

impl RequestContext {
    /// Counts a user that is about to change, with its groups.
    fn count_stored(&self, user: &StoredUser) {
        self.stored.count_resource(&user.resource);
        self.stored.count_memberships(user.groups.len());
    }

    /// Turns a taken `userName` into 409, naming the user who has it now.
    async fn name_of_user<T>(&self, outcome: Result<T, OperationError>) -> Result<T, OperationError> {
        let name = match outcome {
            Err(OperationError::NameTaken(name)) => name,
            outcome => return outcome,
        };
        let reader = &self.provider.database.read_latest().await?;
        let Some(holder) = users::find_by_user_name(reader, self.connection(), &case_fold(name.as_str())).await? else {
            return Err(name_taken().into());
        };
        Err(name_taken_by(holder.id, holder.is_active).into())
    }
}

/// Builds the error for a `userName` that another user has.
pub fn name_taken() -> ScimError {
    ScimError::uniqueness("another user has this userName already, in whatever letter case")
}

/// Builds the error for a `userName` that two users of one request have.
fn name_taken_twice() -> ScimError {
    ScimError::uniqueness("another user of this request has this userName already, in whatever letter case")
}

/// Builds the error like [`name_taken`], saying who the other user is.
fn name_taken_by(holder: UserId, is_active: bool) -> ScimError {
    let state = if is_active { "" } else { " and is inactive: activate it, or delete it first" };
    ScimError::uniqueness(format!(
        "another user has this userName already, in whatever letter case: it has the id {holder}{state}"
    ))
}
