//! Query parameters and headers that several endpoints have.

use crate::{
    protocol::{error::ScimError, schema::ResourceType, search::SearchRequest, version::Tags},
    provider::{Preconditions, Query, asked},
};

/// What a list asks for, in its query string or in a body.
///
/// # Errors
/// 400 `invalidFilter`, `invalidValue` for what cannot be sorted by, `invalidCount` for a page by cursor that is too large.
pub fn query(request: &SearchRequest, bound: u64, resource_type: &ResourceType) -> Result<Query, ScimError> {
    Ok(Query {
        filter: request.filter()?,
        sort: request.sort(resource_type)?,
        paging: request.paging(bound)?,
        asked: asked(request),
        projection: request.projection(resource_type)?,
    })
}

pub fn preconditions(if_match: Option<&str>, if_none_match: Option<&str>) -> Preconditions {
    Preconditions { if_match: if_match.map(Tags::parse), if_none_match: if_none_match.map(Tags::parse) }
}
