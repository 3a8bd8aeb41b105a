//! How much a page may hold.

use std::collections::HashMap;

use sea_orm::{DbBackend, QueryResult};

use super::{
    listing::{Placed, Window},
    operation_error::OperationError,
    session::Session,
    sql::Sql,
};
use crate::protocol::bounds;

/// What is left of a page's budget: a client may ask for a thousand resources, and each may be a megabyte in size, or be in
/// every group.
#[derive(Debug, Default)]
pub struct PageBudget {
    resources: usize,
    bytes: usize,
    groups: usize,
}

impl PageBudget {
    /// Takes a resource of this many bytes that is in this many groups; returns false if it must wait for the next page. The
    /// first resource is always taken.
    pub const fn take(&mut self, bytes: usize, groups: usize) -> bool {
        let (bytes, groups) = (self.bytes.saturating_add(bytes), self.groups.saturating_add(groups));
        let fits = self.resources == 0 || (bytes <= bounds::PAGE_BYTES && groups <= bounds::PAGE_GROUPS);
        self.resources += 1;
        // Once a resource does not fit, the ones after it do not fit either.
        (self.bytes, self.groups) = if fits { (bytes, groups) } else { (usize::MAX, usize::MAX) };
        fits
    }
}

/// Appends `u.resource`, or an empty text in place of a document that is larger than its share of the page: of 200 users of
/// 1 MB a page holds eight, and reading all of them took half a second (2026-11-27).
pub fn push_small_resource(sql: &mut Sql, window: &Window) {
    let share = i64::try_from(bounds::PAGE_BYTES as u64 / window.limit.max(1)).unwrap_or(i64::MAX);
    sql.push("CASE WHEN OCTET_LENGTH(u.resource) <= ").bind(share).push(" THEN u.resource ELSE '' END AS resource");
}

/// Finds out which rows fit if the documents that were not read with them are counted too. Returns the ids of those that fit,
/// in any order; they are still to be read. `taken` holds the bytes and the groups of each row.
pub async fn fit_unread<T>(
    session: &Session,
    table: &str,
    page: &mut [Placed<T>],
    taken: &[(usize, usize)],
) -> Result<Vec<i64>, OperationError> {
    let unread = |(placed, (bytes, _)): (&Placed<T>, &(usize, usize))| (*bytes == 0).then_some(placed.position.id);
    let unread: Vec<i64> = page.iter().zip(taken).filter_map(unread).collect();
    if unread.is_empty() {
        return Ok(unread);
    }
    let sizes = sizes(session, table, &unread).await?;
    let mut budget = PageBudget::default();
    let mut fitting = Vec::new();
    for (placed, (bytes, groups)) in page.iter_mut().zip(taken) {
        let size = sizes.get(&placed.position.id).copied();
        placed.left_out = !budget.take(size.unwrap_or(*bytes), *groups);
        if size.is_some() && !placed.left_out {
            fitting.push(placed.position.id);
        }
    }
    Ok(fitting)
}

/// Puts documents that were read afterwards into their rows. A row that is gone by then leaves the page.
pub fn fill<T>(page: &mut Vec<Placed<T>>, fitting: &[i64], read: impl IntoIterator<Item = (i64, T)>) {
    let mut read: HashMap<i64, T> = read.into_iter().collect();
    page.retain_mut(|placed| match read.remove(&placed.position.id) {
        Some(row) => {
            placed.row = row;
            true
        }
        None => !fitting.contains(&placed.position.id),
    });
}

/// Reads how many bytes the documents of these rows have.
pub async fn sizes(session: &Session, table: &str, ids: &[i64]) -> Result<HashMap<i64, usize>, OperationError> {
    let mut sql = Sql::new("SELECT u.id, OCTET_LENGTH(u.resource) AS bytes FROM ");
    sql.push(table).push(" u WHERE u.id").bind_ids(session.backend(), ids);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, bytes_of(session.backend(), row)?))).collect()
}

/// Returns the column `bytes` of a row, which PostgreSQL has in another type than the others.
pub fn bytes_of(backend: DbBackend, row: &QueryResult) -> Result<usize, OperationError> {
    let bytes = match backend {
        DbBackend::Postgres => i64::from(row.try_get::<i32>("", "bytes")?),
        _ => row.try_get::<i64>("", "bytes")?,
    };
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}
