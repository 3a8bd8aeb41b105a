//! Paging by index and by cursor: where a page starts, and the cursors of the pages next to it.

use std::time::Instant;

use super::{RequestContext, list::Found, page_ends::PageEnd};
use crate::{
    protocol::{
        messages::{
            error::ScimError,
            list::{Page, PagePosition, Paging},
        },
        query::cursor::{AssociatedData, Cursor, NONCE_LENGTH, Start},
    },
    store::{
        listing::{Placed, Window},
        operation_error::OperationError,
        order::Direction,
    },
};

/// How a page is read, and what is known beforehand.
#[derive(Debug)]
pub struct PageRequest {
    pub window: Window,
    count: u64,
    by: By,
}

#[derive(Debug)]
enum By {
    /// By index, with the end of the previous page if it is remembered.
    Index(Page, AssociatedData, Option<PageEnd>),
    /// By cursor, with the cursor of the request; none on the first page.
    Cursor(AssociatedData, Option<Cursor>),
}

impl PageRequest {
    /// Works out how to read the page that a request asks for.
    ///
    /// # Errors
    /// 400 `invalidCursor`, `expiredCursor` or `invalidCount`.
    pub fn new(
        context: &RequestContext,
        endpoint: &str,
        paging: &Paging,
        cursor_scope: &[Option<String>; 3],
    ) -> Result<Self, ScimError> {
        let [filter, sort_by, sort_order] = cursor_scope.each_ref().map(Option::as_deref);
        let associated_data =
            AssociatedData::new(context.connection().0, &[Some(endpoint), filter, sort_by, sort_order]);
        let (cursor, count) = match paging {
            Paging::Index(page) => return Ok(Self::by_index(context, *page, associated_data)),
            Paging::Cursor { cursor, count } => (cursor, *count),
        };
        let opened = cursor
            .as_ref()
            .map(|cursor| {
                context.provider.cursor_cipher.decrypt(cursor, &associated_data, context.provider.database.now())
            })
            .transpose()?;
        let count = match (&opened, count) {
            (None, count) => count.unwrap_or(context.provider.page),
            (Some(cursor), Some(count)) if count != cursor.count => {
                return Err(ScimError::invalid_count(format!(
                    "count is {}, as it was on the first page, or left out",
                    cursor.count
                )));
            }
            (Some(cursor), _) => cursor.count,
        };
        let start = opened.as_ref().map_or(Start::First, |cursor| cursor.start.clone());
        // One row more than asked for shows whether there is another page.
        let window = Window { start, offset: 0, limit: count + 1 };
        Ok(Self { window, count, by: By::Cursor(associated_data, opened) })
    }

    fn by_index(context: &RequestContext, page: Page, scope: AssociatedData) -> Self {
        let end = Some(page.offset())
            .filter(|offset| *offset > 0)
            .and_then(|offset| context.provider.page_ends.find(&scope, offset));
        let (start, offset) = match &end {
            Some(end) => (Start::After(end.position.clone()), 0),
            None => (Start::First, page.offset()),
        };
        let window = Window { start, offset, limit: page.count };
        Self { window, count: page.count, by: By::Index(page, scope, end) }
    }

    /// Says whether any rows are read, not only the total.
    pub const fn reads(&self) -> bool {
        self.count > 0
    }

    /// Numbers the interpretations of a filter; after the first page, only the one that found the first page remains.
    pub fn interpretations<T>(&self, all: Vec<T>) -> impl Iterator<Item = (usize, T)> + use<T> {
        let known = self.interpretation();
        all.into_iter().enumerate().filter(move |(number, _)| known.is_none_or(|known| known == *number))
    }

    fn interpretation(&self) -> Option<usize> {
        match &self.by {
            By::Cursor(_, Some(cursor)) => Some(cursor.interpretation),
            By::Index(_, _, Some(end)) => Some(end.interpretation),
            _ => None,
        }
    }

    /// Says whether the total is known without a count, whatever the page contains.
    pub fn knows_total(&self) -> bool {
        match &self.by {
            By::Cursor(_, cursor) => cursor.is_some(),
            By::Index(_, _, end) => end.as_ref().is_some_and(|end| end.total().is_some()),
        }
    }

    /// Returns the total if the page itself tells it, if its cursor has it from the first page, or if it was counted for the
    /// previous page a moment ago.
    pub fn total(&self, found: usize) -> Option<u64> {
        let found = found as u64;
        let before = match &self.by {
            By::Cursor(_, Some(cursor)) => return Some(cursor.total),
            // The number of rows before the page may have changed since.
            By::Index(_, _, Some(end)) => return end.total(),
            By::Cursor(_, None) => 0,
            By::Index(page, ..) => page.offset(),
        };
        let tells = found < self.window.limit && self.reads() && (found > 0 || before == 0);
        tells.then(|| before + found)
    }

    /// Remembers where a page by index ended, for a request of the next page.
    fn remember<T>(&self, context: &RequestContext, found: &Found<Placed<T>>, cut: bool) {
        let By::Index(page, scope, end) = &self.by else { return };
        let Some(last) = found.rows.last() else { return };
        if !cut && (found.rows.len() as u64) < page.count {
            return;
        }
        let counted = end.as_ref().filter(|end| end.total().is_some());
        context.provider.page_ends.remember(PageEnd {
            scope: scope.clone(),
            offset: page.offset() + found.rows.len() as u64,
            position: last.position.clone(),
            interpretation: found.interpretation,
            total: found.total,
            counted_at: counted.map_or_else(Instant::now, |end| end.counted_at),
            remembered_at: Instant::now(),
        });
    }

    /// Returns the rows of the page in their order, and the page's position.
    pub fn next_cursors<T>(
        &self,
        context: &RequestContext,
        mut found: Found<Placed<T>>,
    ) -> Result<(Vec<T>, PagePosition), OperationError> {
        let fitting = found.rows.iter().take_while(|placed| !placed.left_out).count();
        let cut = fitting < found.rows.len();
        found.rows.truncate(fitting);
        self.remember(context, &found, cut);
        let Found { total, mut rows, interpretation } = found;
        let associated_data = match &self.by {
            By::Index(page, ..) => return Ok((Placed::split(rows).0, PagePosition::Index(page.start_index))),
            By::Cursor(associated_data, _) => associated_data,
        };
        let more = cut || rows.len() as u64 > self.count;
        rows.truncate(usize::try_from(self.count).unwrap_or(usize::MAX));
        let backward = self.window.direction() == Direction::Backward;
        if backward {
            rows.reverse();
        }
        let before = rows.first().map(|placed| Start::Before(placed.position.clone()));
        let after = rows.last().map(|placed| Start::After(placed.position.clone()));
        let (next, previous) = match &self.window.start {
            _ if !self.reads() => (None, None),
            Start::First => (after.filter(|_| more), None),
            // If no resource is left after this position, the previous page is the last one; and the other way round.
            Start::After(_) => (after.filter(|_| more), Some(before.unwrap_or(Start::Last))),
            Start::Before(_) | Start::Last => (Some(after.unwrap_or(Start::First)), before.filter(|_| more)),
        };
        let encrypt = |start: Option<Start>| {
            let encrypt = |start| {
                let expires_at = context.provider.database.now().saturating_add(context.provider.cursor_timeout);
                let cursor = Cursor { start, count: self.count, total, interpretation, expires_at };
                let mut nonce = [0; NONCE_LENGTH];
                getrandom::fill(&mut nonce).map_err(|_| OperationError::NoRandomness)?;
                context
                    .provider
                    .cursor_cipher
                    .encrypt(&cursor, associated_data, &nonce)
                    .ok_or(OperationError::NoRandomness)
            };
            start.map(encrypt).transpose()
        };
        let place = PagePosition::Cursors { next: encrypt(next)?, previous: encrypt(previous)? };
        Ok((Placed::split(rows).0, place))
    }
}
