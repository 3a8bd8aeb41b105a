//! One operation of a Bulk request, by the function of its method.

use super::super::{Answer, Call, PatchedGroup, Preconditions, Provider, groups, users};
use crate::{
    protocol::{bulk::BulkOperation, error::ScimError, patch, projection::Projection, remarks::Remarks, version::Tags},
    store::failure::Failure,
};

/// What an operation that succeeded left.
pub struct Done {
    pub status: u16,
    /// The id of what was created.
    pub id: Option<String>,
    pub location: Option<String>,
    pub version: Option<String>,
}

impl Done {
    pub fn created(location: String, version: String) -> Self {
        let id = location.rsplit('/').next().map(str::to_owned);
        Self { status: 201, id, location: Some(location), version: Some(version) }
    }

    fn changed(location: String, version: String) -> Self {
        Self { status: 200, id: None, location: Some(location), version: Some(version) }
    }
}

/// # Errors
/// 400 for what is no operation, else as the operation's own.
pub async fn perform(
    provider: &Provider,
    call: Call<'_>,
    mut operation: BulkOperation,
) -> Result<(Done, Remarks), Failure> {
    let data = std::mem::take(&mut operation.data);
    let place = operation
        .place()
        .ok_or_else(|| ScimError::invalid_value("path is /Users or /Groups, or one of these with an id"))?;
    let projection = &Projection::parse(None, Some("members"), &call.types.group)?;
    let conditions = &Preconditions { if_match: operation.version.as_deref().map(Tags::parse), if_none_match: None };
    let answer = match (operation.method.as_str(), place.id, place.is_user) {
        ("POST", None, _) if operation.bulk_id.is_none() => {
            return Err(ScimError::invalid_value("a POST needs a bulkId").into());
        }
        ("POST", None, true) => users::create_user(provider, call, data, conditions, projection).await?,
        ("POST", None, false) => groups::create_group(provider, call, data, conditions, projection).await?,
        ("PUT", Some(id), true) => users::replace_user(provider, call, id, data, conditions, projection).await?,
        ("PUT", Some(id), false) => groups::replace_group(provider, call, id, data, conditions, projection).await?,
        ("PATCH", Some(id), true) => {
            users::patch_user(provider, call, id, patch::parse(data)?, conditions, projection).await?
        }
        ("PATCH", Some(id), false) => {
            match groups::patch_group(provider, call, id, patch::parse(data)?, conditions, projection).await? {
                PatchedGroup::Whole(answer) => answer,
                PatchedGroup::Large { etag, location, remarks } => return Ok((Done::changed(location, etag), remarks)),
            }
        }
        ("DELETE", Some(id), is_user) => {
            if is_user {
                users::delete_user(provider, call, id, conditions).await?;
            } else {
                groups::delete_group(provider, call, id, conditions).await?;
            }
            let done = Done { status: 204, id: None, location: place.location(call.base), version: None };
            return Ok((done, Remarks::default()));
        }
        _ => {
            let detail = "method is POST with a path without an id, or PUT, PATCH or DELETE with one";
            return Err(ScimError::invalid_value(detail).into());
        }
    };
    let Answer { representation, remarks } = answer;
    let done = if operation.is_create() { Done::created } else { Done::changed };
    Ok((done(representation.location, representation.etag), remarks))
}
