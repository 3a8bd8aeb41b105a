//! A list of resources: what it asks for, and how many there are.

use tokio::sync::OwnedSemaphorePermit;

use super::{Call, Provider};
use crate::{
    protocol::{
        error::ScimError,
        filter::{Condition, Filter},
        list::Paging,
        projection::Projection,
        quirks,
        schema::ResourceType,
        search::SearchRequest,
        sort::Sort,
    },
    store::{failure::Failure, listing::Listing},
};

/// The parameters of a list.
#[derive(Debug, Clone)]
pub struct Query {
    pub filter: Option<Filter>,
    /// As it reads where each raw `+` is a plus.
    pub filter_with_plus: Option<Filter>,
    pub sort: Option<Sort>,
    pub paging: Paging,
    pub projection: Projection,
    /// The words of the request that its cursors belong to.
    pub asked: [Option<String>; 3],
}

/// The words of a request that its cursors belong to.
pub fn asked(request: &SearchRequest) -> [Option<String>; 3] {
    [&request.filter, &request.sort_by, &request.sort_order].map(Clone::clone)
}

/// What was found on a page, and on all pages together.
#[derive(Debug)]
pub struct Found<T> {
    pub total: u64,
    pub rows: Vec<T>,
    /// Which of the readings found it.
    pub reading: usize,
}

impl Query {
    /// The filter as it was meant, then the other ways it may have been meant.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn readings(&self, resource_type: &ResourceType) -> Result<Vec<Option<Condition>>, ScimError> {
        let Some(filter) = &self.filter else { return Ok(vec![None]) };
        let mut readings = vec![Some(self::readable(filter, resource_type)?)];
        for filter in quirks::second_readings(filter, self.filter_with_plus.as_ref()) {
            readings.push(Some(self::readable(&filter, resource_type)?));
        }
        Ok(readings)
    }
}

fn readable(filter: &Filter, resource_type: &ResourceType) -> Result<Condition, ScimError> {
    let condition = Condition::of_resource(filter, resource_type)?;
    condition.check_cost(resource_type.is_user())?;
    Ok(condition)
}

/// A place for a list that looks at every resource, and none where an index finds what is asked for.
pub async fn scan(
    provider: &Provider,
    call: Call<'_>,
    listing: &Listing<'_>,
) -> Result<Option<OwnedSemaphorePermit>, ScimError> {
    let selects = listing.selection.is_some() && !is_lookup(listing);
    if !selects && !listing.order.as_ref().is_some_and(|order| order.reads_twin) {
        return Ok(None);
    }
    provider.scans.enter(call.connection).await.map(Some)
}

/// Whether an index finds the few that are asked for: such a page needs no snapshot, since it is not full.
pub fn is_lookup(listing: &Listing<'_>) -> bool {
    listing.selection.as_ref().is_some_and(|selection| selection.is_lookup)
}

/// Runs a page and, where neither it nor a cursor tells the number of all, the count, on one state of the database; a
/// page that is `single` is one statement by itself.
macro_rules! find {
    ($provider:expr, $plan:expr, $single:expr, $read:expr, $count:expr) => {{
        let plan = $plan;
        let alone = match $single && plan.reads() {
            true => {
                let rows = $read(&$provider.database.read().await?).await?;
                plan.total(rows.len()).map(|total| (total, rows))
            }
            false => None,
        };
        match alone {
            Some(found) => found,
            None => {
                let snapshot = $provider.database.snapshot().await?;
                let rows = if plan.reads() { $read(&snapshot).await? } else { vec![] };
                let total = match plan.total(rows.len()) {
                    Some(total) => total,
                    None => $count(&snapshot).await?,
                };
                snapshot.end_read().await;
                (total, rows)
            }
        }
    }};
}
pub(super) use find;

/// Tries the readings one after the other until one finds something; a cursor says which one that was.
pub async fn first_found<T, F>(
    readings: Vec<Option<Condition>>,
    known: Option<usize>,
    mut find: impl FnMut(Option<Condition>) -> F,
) -> Result<Found<T>, Failure>
where
    F: Future<Output = Result<(u64, Vec<T>), Failure>> + Send,
{
    let mut found = Found { total: 0, rows: vec![], reading: 0 };
    for (reading, condition) in readings.into_iter().enumerate() {
        if known.is_some_and(|known| known != reading) {
            continue;
        }
        let (total, rows) = find(condition).await?;
        found = Found { total, rows, reading };
        if total > 0 {
            break;
        }
    }
    Ok(found)
}
