//! What this process has allocated.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes allocated now, bytes ever allocated, and the most that were allocated at one time.
/// Bytes allocated at a moment, and bytes ever allocated until then.
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

    /// The peak above the first moment; it is more if something earlier had a higher peak.
    pub fn peak(self) -> usize {
        ALLOCATOR.max_allocated().saturating_sub(self.taken)
    }
}
