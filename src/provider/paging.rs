//! Paging by index and by cursor: which rows a page is read from, and the cursors of its neighbours.

use std::time::Instant;

use super::{Call, Provider, list::Found, now, page_ends::PageEnd};
use crate::{
    protocol::{
        cursor::{Binding, Cursor, NONCE_LENGTH, Start},
        error::ScimError,
        list::{Page, Paging, Place},
    },
    store::{
        failure::Failure,
        listing::{Placed, Window},
        order::Direction,
    },
};

/// How a page is read, and what is known before.
#[derive(Debug)]
pub struct Plan {
    pub window: Window,
    count: u64,
    by: By,
}

#[derive(Debug)]
enum By {
    /// With the end of the page before, where it is remembered.
    Index(Page, Binding, Option<PageEnd>),
    /// With the cursor the page was asked for by, none on the first.
    Cursor(Binding, Option<Cursor>),
}

impl Plan {
    /// # Errors
    /// 400 `invalidCursor`, `expiredCursor` or `invalidCount`.
    pub fn of(
        provider: &Provider,
        call: Call<'_>,
        endpoint: &str,
        paging: &Paging,
        asked: &[Option<String>; 3],
    ) -> Result<Self, ScimError> {
        let [filter, sort_by, sort_order] = asked.each_ref().map(Option::as_deref);
        let binding = Binding::of(call.connection.0, &[Some(endpoint), filter, sort_by, sort_order]);
        let (cursor, count) = match paging {
            Paging::Index(page) => return Ok(Self::of_index(provider, *page, binding)),
            Paging::Cursor { cursor, count } => (cursor, *count),
        };
        let opened = cursor.as_ref().map(|cursor| provider.seal.open(cursor, &binding, now())).transpose()?;
        let count = match (&opened, count) {
            (None, count) => count.unwrap_or(provider.page),
            (Some(cursor), Some(count)) if count != cursor.count => {
                return Err(ScimError::invalid_count(format!(
                    "count is {}, as it was on the first page, or left out",
                    cursor.count
                )));
            }
            (Some(cursor), _) => cursor.count,
        };
        let start = opened.as_ref().map_or(Start::First, |cursor| cursor.start.clone());
        // One more tells whether there is another page.
        let window = Window { start, offset: 0, limit: count + 1 };
        Ok(Self { window, count, by: By::Cursor(binding, opened) })
    }

    fn of_index(provider: &Provider, page: Page, scope: Binding) -> Self {
        let end =
            Some(page.offset()).filter(|offset| *offset > 0).and_then(|offset| provider.page_ends.find(&scope, offset));
        let (start, offset) = match &end {
            Some(end) => (Start::After(end.position.clone()), 0),
            None => (Start::First, page.offset()),
        };
        let window = Window { start, offset, limit: page.count };
        Self { window, count: page.count, by: By::Index(page, scope, end) }
    }

    /// Whether there is anything to read but the number of all.
    pub const fn reads(&self) -> bool {
        self.count > 0
    }

    /// The reading of the filter that found the first page.
    pub fn reading(&self) -> Option<usize> {
        match &self.by {
            By::Cursor(_, Some(cursor)) => Some(cursor.reading),
            By::Index(_, _, Some(end)) => Some(end.reading),
            _ => None,
        }
    }

    /// Whether no count is needed, whatever the page is.
    pub fn knows_total(&self) -> bool {
        match &self.by {
            By::Cursor(_, cursor) => cursor.is_some(),
            By::Index(_, _, end) => end.as_ref().is_some_and(|end| end.total().is_some()),
        }
    }

    /// The number of all resources, where the page itself tells it, or its cursor what it was on the first page, or the page
    /// before what it was a moment ago.
    pub fn total(&self, found: usize) -> Option<u64> {
        let found = found as u64;
        let before = match &self.by {
            By::Cursor(_, Some(cursor)) => return Some(cursor.total),
            // How many stand before it may be another number by now.
            By::Index(_, _, Some(end)) => return end.total(),
            By::Cursor(_, None) => 0,
            By::Index(page, ..) => page.offset(),
        };
        let tells = found < self.window.limit && self.reads() && (found > 0 || before == 0);
        tells.then(|| before + found)
    }

    /// Remembers where a page by index ended, for whoever asks for the next.
    fn remember<T>(&self, provider: &Provider, found: &Found<Placed<T>>, cut: bool) {
        let By::Index(page, scope, end) = &self.by else { return };
        let Some(last) = found.rows.last() else { return };
        if !cut && (found.rows.len() as u64) < page.count {
            return;
        }
        let counted = end.as_ref().filter(|end| end.total().is_some());
        provider.page_ends.remember(PageEnd {
            scope: scope.clone(),
            offset: page.offset() + found.rows.len() as u64,
            position: last.position.clone(),
            reading: found.reading,
            total: found.total,
            counted_at: counted.map_or_else(Instant::now, |end| end.counted_at),
            remembered_at: Instant::now(),
        });
    }

    /// The rows of the page in their order, and its place.
    pub fn settle<T>(&self, provider: &Provider, mut found: Found<Placed<T>>) -> Result<(Vec<T>, Place), Failure> {
        let fitting = found.rows.iter().take_while(|placed| !placed.left_out).count();
        let cut = fitting < found.rows.len();
        found.rows.truncate(fitting);
        self.remember(provider, &found, cut);
        let Found { total, mut rows, reading } = found;
        let binding = match &self.by {
            By::Index(page, ..) => return Ok((Placed::split(rows).0, Place::Index(page.start_index))),
            By::Cursor(binding, _) => binding,
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
            // Where nothing is left behind a resource, the page before is the last one; and the other way round.
            Start::After(_) => (after.filter(|_| more), Some(before.unwrap_or(Start::Last))),
            Start::Before(_) | Start::Last => (Some(after.unwrap_or(Start::First)), before.filter(|_| more)),
        };
        let seal = |start: Option<Start>| {
            let seal = |start| {
                let expires_at = now().saturating_add(provider.cursor_timeout);
                let cursor = Cursor { start, count: self.count, total, reading, expires_at };
                let mut nonce = [0; NONCE_LENGTH];
                getrandom::fill(&mut nonce).map_err(|_| Failure::Unsealed)?;
                provider.seal.close(&cursor, binding, &nonce).ok_or(Failure::Unsealed)
            };
            start.map(seal).transpose()
        };
        let place = Place::Cursors { next: seal(next)?, previous: seal(previous)? };
        Ok((Placed::split(rows).0, place))
    }
}
