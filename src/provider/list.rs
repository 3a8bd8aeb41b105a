//! A page of resources: what a list asks for, and how many there are.

use crate::{
    protocol::{
        error::ScimError,
        filter::{Comparand, Condition, Filter, Test},
        list::Page,
        projection::Projection,
        quirks,
        schema::ResourceType,
        sort::Sort,
    },
    store::failure::Failure,
};

/// The parameters of a list.
#[derive(Debug, Clone)]
pub struct Query {
    pub filter: Option<Filter>,
    pub sort: Option<Sort>,
    pub page: Page,
    pub projection: Projection,
}

/// A page and the number of resources on all pages.
#[derive(Debug)]
pub struct Found<T> {
    pub total: u64,
    pub resources: Vec<T>,
}

impl Query {
    /// The filter as it was meant, then the other ways it may have been meant.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn readings(&self, resource_type: &ResourceType) -> Result<Vec<Option<Condition>>, ScimError> {
        let Some(filter) = &self.filter else { return Ok(vec![None]) };
        let mut readings = vec![Some(Condition::of_resource(filter, resource_type)?)];
        for filter in quirks::second_readings(filter) {
            readings.push(Some(Condition::of_resource(&filter, resource_type)?));
        }
        Ok(readings)
    }
}

/// The number of all resources where the page itself tells it.
pub fn total_of(page: Page, found: usize) -> Option<u64> {
    let found = found as u64;
    let tells = found < page.count && (found > 0 || page.offset() == 0);
    tells.then(|| page.offset() + found)
}

/// Whether a condition finds one resource, or next to none: such a page needs no snapshot, since it is not full.
pub fn is_lookup(condition: Option<&Condition>) -> bool {
    match condition {
        Some(Condition::Test(field, Test::Eq(Comparand::Text(_)))) => {
            matches!(
                field.keys.iter().map(String::as_str).collect::<Vec<_>>()[..],
                ["id"] | ["username"] | ["externalid"]
            )
        }
        Some(Condition::All(conditions)) => conditions.iter().any(|condition| is_lookup(Some(condition))),
        _ => false,
    }
}

/// Runs a page and, where it does not tell the number of all, the count, on one state of the database.
macro_rules! find {
    ($provider:expr, $condition:expr, $page:expr, $read:expr, $count:expr) => {{
        let page = $page;
        let alone = match $crate::provider::list::is_lookup($condition) && page.count > 0 {
            true => {
                let found = $read($provider.database.reader()).await?;
                $crate::provider::list::total_of(page, found.len()).map(|total| Found { total, resources: found })
            }
            false => None,
        };
        match alone {
            Some(found) => found,
            None => {
                let snapshot = $provider.database.snapshot().await?;
                let found = if page.count == 0 { vec![] } else { $read(&snapshot).await? };
                let total = match $crate::provider::list::total_of(page, found.len()) {
                    Some(total) => total,
                    None => $count(&snapshot).await?,
                };
                snapshot.commit().await?;
                Found { total, resources: found }
            }
        }
    }};
}
pub(super) use find;

/// Tries the readings one after the other until one finds something.
pub async fn first_found<T, F>(
    readings: Vec<Option<Condition>>,
    mut find: impl FnMut(Option<Condition>) -> F,
) -> Result<Found<T>, Failure>
where
    F: Future<Output = Result<Found<T>, Failure>> + Send,
{
    let mut found = Found { total: 0, resources: vec![] };
    for reading in readings {
        found = find(reading).await?;
        if found.total > 0 {
            break;
        }
    }
    Ok(found)
}
