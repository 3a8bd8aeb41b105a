//! What this process has allocated.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes that are taken, that were ever taken, and that were taken at most at one time.
/// Bytes that were taken at a moment, and that were ever taken until then.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    taken: usize,
    ever: usize,
}

impl Counted {
    pub fn now() -> Self {
        Self { taken: ALLOCATOR.allocated(), ever: ALLOCATOR.total_allocated() }
    }

    /// Bytes that were allocated since, whether they were freed or not.
    pub fn since(self) -> usize {
        ALLOCATOR.total_allocated() - self.ever
    }

    /// What was taken at most, beyond what was taken at first; or more, where something before took more.
    pub fn peak(self) -> usize {
        ALLOCATOR.max_allocated().saturating_sub(self.taken)
    }
}
