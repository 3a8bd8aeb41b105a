//! Where pages by index ended, so that a page costs a client that pages by `startIndex` the same as one that pages by
//! cursor: the rows before it are neither read nor counted again.
//!
//! Page ends are remembered by this process only, and only for a minute; any other page is read by its offset.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::protocol::query::cursor::{AssociatedData, Position};

/// How many page ends are remembered, one for each client that is paging.
const REMEMBERED: usize = 256;
/// How long a page end is remembered.
const KEPT: Duration = Duration::from_secs(60);
/// How long a total is reused: a client that pages through a list causes one count in this time.
const COUNTED: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct PageEnd {
    /// What was asked for, and by whom.
    pub scope: AssociatedData,
    /// The number of resources up to the end of the page.
    pub offset: u64,
    /// The position of the last of them.
    pub position: Position,
    pub interpretation: usize,
    pub total: u64,
    pub counted_at: Instant,
    pub remembered_at: Instant,
}

#[derive(Debug, Default)]
pub struct PageEnds(Mutex<VecDeque<PageEnd>>);

impl PageEnd {
    /// Returns the total, unless it may be out of date.
    pub fn total(&self) -> Option<u64> {
        (self.counted_at.elapsed() < COUNTED).then_some(self.total)
    }
}

impl PageEnds {
    pub fn find(&self, scope: &AssociatedData, offset: u64) -> Option<PageEnd> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = ends.iter().rev().find(|end| end.offset == offset && end.scope == *scope)?;
        (found.remembered_at.elapsed() < KEPT).then(|| found.clone())
    }

    pub fn remember(&self, end: PageEnd) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.retain(|other| other.offset != end.offset || other.scope != end.scope);
        if ends.len() == REMEMBERED {
            ends.pop_front();
        }
        ends.push_back(end);
    }
}
