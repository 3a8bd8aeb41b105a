//! How much of what is stored a request reads in order to change it: the operations of one Bulk request share a bound.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What a membership counts: reading and changing one takes as long as that many bytes of a document.
const MEMBERSHIP: usize = 400;

/// Bytes of stored resources that a request has read in order to change them; its copies count together.
#[derive(Debug, Clone, Default)]
pub struct StoredBytes(Arc<AtomicUsize>);

impl StoredBytes {
    /// Counts a stored resource, given its text.
    pub fn count_resource(&self, text: &str) {
        self.0.fetch_add(text.len(), Ordering::Relaxed);
    }

    /// Counts memberships.
    pub fn count_memberships(&self, memberships: usize) {
        self.0.fetch_add(memberships * MEMBERSHIP, Ordering::Relaxed);
    }

    pub fn total(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
