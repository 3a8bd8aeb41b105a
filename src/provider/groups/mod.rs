//! Operations on groups.

mod create;
mod delete;
mod document_change;
mod identify;
mod membership;
mod patch;
mod read;
mod replace;
mod represent;
mod save;

use super::{
    PatchedGroup, Preconditions, RequestContext, ResourceAnswer, differences, listed, lock, not_absent, project,
    read_document,
};
use crate::{
    protocol::{case_fold::case_fold, id::GroupId, messages::error::ScimError, resource::version},
    store::{groups, operation_error::OperationError},
};
pub use {
    create::{create_group, create_in},
    delete::delete_group,
    identify::continue_identifying,
    patch::patch_group,
    read::{Groups, get_group, headers_in, text, with_members},
    replace::{complete, replace_group},
};

/// Parses the id of a group.
///
/// # Errors
/// 404 for anything that is not a group's id in its canonical spelling.
fn parse_id(id: &str) -> Result<GroupId, ScimError> {
    GroupId::parse(id).ok_or_else(|| ScimError::not_found("Group"))
}

/// Builds the error for a `displayName` that another group has.
fn name_taken() -> ScimError {
    ScimError::uniqueness(
        "another group has this displayName already, in whatever letter case: link to it, or choose another name",
    )
}

impl RequestContext {
    /// Turns a taken `displayName` into 409, naming the group that has it now.
    async fn name_of_group<T>(&self, outcome: Result<T, OperationError>) -> Result<T, OperationError> {
        let name = match outcome {
            Err(OperationError::NameTaken(name)) => name,
            outcome => return outcome,
        };
        let reader = &self.provider.database.read_latest().await?;
        let Some(holder) = groups::find_by_display_name(reader, self.connection(), &case_fold(name.as_str())).await?
        else {
            return Err(name_taken().into());
        };
        Err(ScimError::uniqueness(format!(
            "another group has this displayName already, in whatever letter case: it has the id {holder}, link to it or choose another name"
        ))
        .into())
    }
}

impl Preconditions {
    /// Checks the preconditions against a group.
    ///
    /// # Errors
    /// 412 if the version is not one the client asked for: a group's tag covers the whole group.
    fn check_group(&self, group_version: i64) -> Result<(), ScimError> {
        self.check(|tags| tags.match_whole(&version::of_group(group_version)), || version::of_group(group_version))
    }
}
