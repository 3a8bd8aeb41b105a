//! Query parameters and headers that several endpoints have.

use crate::{
    protocol::{
        error::ScimError, filter::Filter, list::Page, projection::Projection, schema::ResourceType,
        search::SearchRequest, sort::Sort, version::Tags,
    },
    provider::{Preconditions, Query},
};

/// What a list asks for, in its query string or in a body.
///
/// # Errors
/// 400 `invalidFilter`, or `invalidValue` for what cannot be sorted by.
pub fn query(request: &SearchRequest, bound: u64, resource_type: &ResourceType) -> Result<Query, ScimError> {
    let filter = request.filter.as_deref().filter(|filter| !filter.trim().is_empty());
    let (attributes, excluded) = (request.attributes.as_deref(), request.excluded_attributes.as_deref());
    Ok(Query {
        filter: filter.map(Filter::parse).transpose()?,
        sort: Sort::parse(request.sort_by.as_deref(), request.sort_order.as_deref(), resource_type)?,
        page: Page::new(request.start_index, request.count, bound),
        projection: Projection::parse(attributes, excluded, resource_type),
    })
}

pub fn preconditions(if_match: Option<&str>, if_none_match: Option<&str>) -> Preconditions {
    Preconditions { if_match: if_match.map(Tags::parse), if_none_match: if_none_match.map(Tags::parse) }
}
