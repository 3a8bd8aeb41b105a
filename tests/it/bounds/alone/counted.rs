//! The memory that this process has allocated.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes allocated at a moment, and all bytes ever allocated until then.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    taken: usize,
    ever: usize,
}

impl Counted {
    pub fn now() -> Self {
        Self { taken: ALLOCATOR.allocated(), ever: ALLOCATOR.total_allocated() }
    }

    /// Returns the bytes that were allocated since then, freed or not.
    pub fn since(self) -> usize {
        ALLOCATOR.total_allocated() - self.ever
    }

    /// Returns how far the peak is above the first moment. It is too high if something earlier had a higher peak.
    pub fn peak(self) -> usize {
        ALLOCATOR.max_allocated().saturating_sub(self.taken)
    }
}
