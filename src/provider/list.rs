//! A list of resources: its parameters, and how it is searched.

use tokio::sync::OwnedSemaphorePermit;

use super::RequestContext;
use crate::{
    protocol::{
        filter::{Condition, Filter},
        messages::{error::ScimError, list::Paging},
        query::{search::SearchRequest, sort::Sort},
        quirks,
        schema::ResourceType,
    },
    store::{columns::Table, listing::Listing},
};

/// The parameters of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub filter: Option<Filter>,
    /// The filter if each raw `+` of the query string is read as a plus.
    pub filter_with_plus: Option<Filter>,
    pub sort: Option<Sort>,
    pub paging: Paging,
    pub cursor_scope: [Option<String>; 3],
}

/// Returns the parts of a request that its cursors are bound to.
pub fn cursor_scope(request: &SearchRequest) -> [Option<String>; 3] {
    [&request.filter, &request.sort_by, &request.sort_order].map(Clone::clone)
}

/// What was found on a page, and the total over all pages.
#[derive(Debug)]
pub struct Found<T> {
    pub total: u64,
    pub rows: Vec<T>,
    /// The number of the filter's interpretation that found it.
    pub interpretation: usize,
}

impl<T> Found<T> {
    pub const NOTHING: Self = Self { total: 0, rows: vec![], interpretation: 0 };
}

impl ListQuery {
    /// Reads the parameters of a list; `bound` is the largest number of resources on a page.
    ///
    /// # Errors
    /// 400 `invalidFilter`, `invalidValue` for an attribute that cannot be sorted by, `invalidCount` for a page by cursor that
    /// is too large.
    pub fn read(request: &SearchRequest, bound: u64, resource_type: &ResourceType) -> Result<Self, ScimError> {
        Ok(Self {
            filter: request.filter()?,
            filter_with_plus: request.filter_with_plus.as_deref().and_then(|filter| Filter::parse(filter).ok()),
            sort: request.sort(resource_type)?,
            paging: request.paging(bound)?,
            cursor_scope: cursor_scope(request),
        })
    }

    /// Returns the name of the attribute that is sorted by.
    pub fn sort_by(&self) -> Option<&str> {
        self.cursor_scope[1].as_deref()
    }

    /// Resolves the interpretations of the filter, the literal one first. Each is attempted until one finds something.
    ///
    /// # Errors
    /// 400 `invalidFilter`, or `tooMany` for a filter that is too expensive.
    pub fn interpretations(&self, resource_type: &ResourceType) -> Result<Vec<Option<Condition>>, ScimError> {
        let Some(filter) = &self.filter else { return Ok(vec![None]) };
        let resolve = |filter: &Filter| {
            let condition = Condition::from_filter(filter, resource_type)?;
            check_cost(&condition, resource_type)?;
            Ok::<_, ScimError>(Some(condition))
        };
        let mut interpretations = vec![resolve(filter)?];
        for filter in quirks::other_interpretations(filter, self.filter_with_plus.as_ref()) {
            interpretations.push(resolve(&filter)?);
        }
        Ok(interpretations)
    }
}

/// Refuses a condition that is too expensive.
///
/// # Errors
/// 400 `tooMany`.
pub fn check_cost(condition: &Condition, resource_type: &ResourceType) -> Result<(), ScimError> {
    let table = Table::of(resource_type);
    condition.check_cost(|field, comparison| table.weight(field, comparison))
}

/// Waits for a place among the lists that may look at every resource; one without a filter, or with an index that finds its
/// few matches, needs none.
///
/// # Errors
/// 503 if the other scans of the connection do not end in time.
pub async fn scan(context: &RequestContext, listing: &Listing<'_>) -> Result<Option<OwnedSemaphorePermit>, ScimError> {
    match listing.scans() {
        true => context.provider.scans.enter(context.connection()).await.map(Some),
        false => Ok(None),
    }
}
