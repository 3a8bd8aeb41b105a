//! Operations on groups.

mod create;
mod delete;
mod membership;
mod patch;
mod read;
mod replace;
mod save;

use super::{
    Answer, Call, PatchedGroup, Preconditions, Provider, differences, later_than, list, lock, not_absent, now, paging,
    project, read_document,
};
use crate::{
    protocol::{error::ScimError, fold::fold, id::GroupId, version},
    store::{failure::Failure, groups},
};
pub use {
    create::{create_group, create_in},
    delete::delete_group,
    patch::patch_group,
    read::{get_group, list_groups, represent_in, text, with_members},
    replace::{complete, replace_group},
};

/// # Errors
/// 404 for anything that is no group's id in its canonical spelling.
fn parse_id(id: &str) -> Result<GroupId, ScimError> {
    GroupId::parse(id).ok_or_else(|| ScimError::not_found("Group"))
}

fn held() -> ScimError {
    ScimError::uniqueness(
        "another group has this displayName already, in whatever letter case: link to it, or choose another name",
    )
}

/// As [`held`], saying who has the name now.
async fn held_by(provider: &Provider, call: Call<'_>, display_name: &str) -> Result<ScimError, Failure> {
    let reader = &provider.database.read_latest().await?;
    let Some(holder) = groups::find_by_display_name(reader, call.connection, &fold(display_name)).await? else {
        return Ok(held());
    };
    Ok(ScimError::uniqueness(format!(
        "another group has this displayName already, in whatever letter case: it has the id {holder}, link to it or choose another name"
    )))
}

impl Preconditions {
    /// # Errors
    /// 412 when the version is not one the client asked for: a group's tag is the whole of it.
    fn check_group(&self, group_version: i64) -> Result<(), ScimError> {
        let etag = version::of_group(group_version);
        self.check(|tags| tags.match_whole(&etag), &etag)
    }
}
