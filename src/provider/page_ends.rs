//! Where pages by index ended, so that a client that walks by `startIndex` pays for a page what one pays that walks by
//! cursor: the rows before it are not read again, and not counted again.
//!
//! Only of this process, and only for a minute: whoever asks for a page that is not remembered gets it by its offset.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::protocol::cursor::{AssociatedData, Position};

/// Page ends that are remembered: each is a walk on its way.
const REMEMBERED: usize = 256;
/// How long one is.
const KEPT: Duration = Duration::from_secs(60);
/// How long the number of all is taken for what it was: within a walk it is counted once in so long.
const COUNTED: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct PageEnd {
    /// What was asked for, and of whom.
    pub scope: AssociatedData,
    /// Resources up to the end of the page.
    pub offset: u64,
    /// The last of them.
    pub position: Position,
    pub interpretation: usize,
    pub total: u64,
    pub counted_at: Instant,
    pub remembered_at: Instant,
}

#[derive(Debug, Default)]
pub struct PageEnds(Mutex<VecDeque<PageEnd>>);

impl PageEnd {
    /// The number of all resources, unless it may be another by now.
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
