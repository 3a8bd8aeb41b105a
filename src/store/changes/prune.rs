//! Old entries are deleted.

use entity::scim_change::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::number::read_counter;
use crate::store::{operation_error::OperationError, session::Session};

/// The number of entries deleted in one transaction, always exactly this many: few enough to read at once, and enough that
/// the median of their times does not depend on a single clock.
const PRUNED: usize = 1000;

/// Deletes the oldest numbered entries if they are older than `kept` milliseconds; says whether there may be more of them.
///
/// The times come from the clocks of the processes that wrote the entries, and one of those may be days off: a process that
/// was 40 days ahead once erased everything when it started (2026-11-26). So entries are deleted in the order of their numbers,
/// once their median time is too old by this process' clock, by the database's, and by the times of the latest entries. Entries
/// whose hosts were not told stay.
pub async fn prune(session: &Session, kept: i64, now: i64) -> Result<bool, OperationError> {
    let clock = session.dialect().clock(session).await?;
    let latest = times(session, true).await?;
    let oldest = times(session, false).await?;
    let Some((last, _)) = oldest.last().copied().filter(|_| oldest.len() == PRUNED) else { return Ok(false) };
    let Some(cutoff) = [Some(now), Some(clock), middle(&latest)].into_iter().flatten().min() else { return Ok(false) };
    if middle(&oldest).is_none_or(|time| time >= cutoff - kept) {
        return Ok(false);
    }
    if read_counter(session).await?.told < last {
        return Ok(false);
    }
    Entity::delete_many().filter(Column::Number.lte(last)).exec(session).await?;
    Ok(true)
}

/// Reads the numbers and times of the entries at one end of the feed.
async fn times(session: &Session, latest: bool) -> Result<Vec<(i64, i64)>, OperationError> {
    let numbered = Entity::find().select_only().columns([Column::Number, Column::ChangedAt]);
    let numbered = numbered.filter(Column::Number.gt(0));
    let numbered = if latest { numbered.order_by_desc(Column::Number) } else { numbered.order_by_asc(Column::Number) };
    Ok(numbered.limit(PRUNED as u64).into_tuple().all(session).await?)
}

fn middle(entries: &[(i64, i64)]) -> Option<i64> {
    let mut times: Vec<i64> = entries.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}
