//! Runs one operation of a Bulk request, with the function for its method.

use super::super::{PatchedGroup, Preconditions, RequestContext, ResourceAnswer, groups, users};
use crate::{
    protocol::{
        messages::{bulk::BulkOperation, error::ScimError},
        patch,
        resource::projection::Projection,
        warnings::Warnings,
    },
    store::operation_error::OperationError,
};

/// The result of an operation that succeeded.
pub struct Done {
    pub status: u16,
    /// The id of the created resource.
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

/// Performs an operation.
///
/// # Errors
/// 400 for an invalid operation, otherwise as for the operation itself.
pub async fn perform(
    context: &RequestContext,
    mut operation: BulkOperation,
) -> Result<(Done, Warnings), OperationError> {
    let data = std::mem::take(&mut operation.data);
    let path = operation
        .resource_path()
        .ok_or_else(|| ScimError::invalid_value("path is /Users or /Groups, or one of these with an id"))?;
    // The answer has the location and the version of the resource, and nothing else of it.
    let preconditions = Preconditions::parse(operation.version.as_deref(), None);
    let context = &context.with(preconditions, Projection::nothing());
    let answer = match (operation.method.as_str(), path.id, path.is_user) {
        ("POST", None, _) if operation.bulk_id.is_none() => {
            return Err(ScimError::invalid_value("a POST needs a bulkId").into());
        }
        ("POST", None, true) => users::create_user(context, data).await?,
        ("POST", None, false) => groups::create_group(context, data).await?,
        ("PUT", Some(id), true) => users::replace_user(context, id, data).await?,
        ("PUT", Some(id), false) => groups::replace_group(context, id, data).await?,
        ("PATCH", Some(id), true) => users::patch_user(context, id, patch::parse(data, &context.types().user)?).await?,
        ("PATCH", Some(id), false) => {
            match groups::patch_group(context, id, patch::parse(data, &context.types().group)?).await? {
                PatchedGroup::Whole(answer) => answer,
                PatchedGroup::Large { etag, location, warnings } => {
                    return Ok((Done::changed(location, etag), warnings));
                }
            }
        }
        ("DELETE", Some(id), is_user) => {
            if is_user {
                users::delete_user(context, id).await?;
            } else {
                groups::delete_group(context, id).await?;
            }
            let done = Done { status: 204, id: None, location: path.location(context.base_url()), version: None };
            return Ok((done, Warnings::default()));
        }
        _ => {
            let detail = "method is POST with a path without an id, or PUT, PATCH or DELETE with one";
            return Err(ScimError::invalid_value(detail).into());
        }
    };
    let ResourceAnswer { representation, warnings } = answer;
    let done = if operation.is_create() { Done::created } else { Done::changed };
    Ok((done(representation.location, representation.etag), warnings))
}
