//! Query parameters and headers that several endpoints have.

use crate::{
    protocol::{
        error::ScimError, filter::Filter, list::Paging, projection::Projection, schema::ResourceType,
        search::SearchRequest, sort::Sort, version::Tags,
    },
    provider::{Preconditions, Query, asked},
};

/// What a list asks for, in its query string or in a body.
///
/// # Errors
/// 400 `invalidFilter`, `invalidValue` for what cannot be sorted by, `invalidCount` for a page by cursor that is too large.
pub fn query(request: &SearchRequest, bound: u64, resource_type: &ResourceType) -> Result<Query, ScimError> {
    let filter = request.filter.as_deref().filter(|filter| !filter.trim().is_empty());
    let (attributes, excluded) = (request.attributes.as_deref(), request.excluded_attributes.as_deref());
    Ok(Query {
        filter: filter.map(Filter::parse).transpose()?,
        sort: Sort::parse(request.sort_by.as_deref(), request.sort_order.as_deref(), resource_type)?,
        paging: Paging::parse(request.cursor.as_deref(), request.start_index, request.count, bound)?,
        asked: asked(request),
        projection: Projection::parse(attributes, excluded, resource_type)?,
    })
}

pub fn preconditions(if_match: Option<&str>, if_none_match: Option<&str>) -> Preconditions {
    Preconditions { if_match: if_match.map(Tags::parse), if_none_match: if_none_match.map(Tags::parse) }
}
