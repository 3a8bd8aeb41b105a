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

/// Memory that is held so that no request begins with less taken than one before it: otherwise the peak of that one would be
/// counted as its own, and a little more.
#[derive(Debug, Default)]
pub struct Ballast {
    highest: usize,
    held: Vec<u8>,
}

impl Ballast {
    /// Holds as much as it takes.
    pub fn level(&mut self) {
        self.held = Vec::new();
        let taken = ALLOCATOR.allocated();
        self.highest = self.highest.max(taken);
        self.held.reserve_exact(self.highest - taken);
    }
}

impl Counted {
    pub fn now() -> Self {
        Self { taken: ALLOCATOR.allocated(), ever: ALLOCATOR.total_allocated() }
    }

    /// Returns the bytes that were allocated since then, freed or not.
    pub fn since(self) -> usize {
        ALLOCATOR.total_allocated() - self.ever
    }

    /// Returns how far the peak is above the first moment. It is that of something earlier if that was higher.
    pub fn peak(self) -> usize {
        ALLOCATOR.max_allocated().saturating_sub(self.taken)
    }
}
