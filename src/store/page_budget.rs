//! How much a page may hold.

use crate::protocol::bounds;

/// What is left of a page's budget: a client may ask for a thousand resources, and each may be a megabyte in size, or be in
/// every group.
#[derive(Debug, Default)]
pub struct PageBudget {
    bytes: usize,
    groups: usize,
}

impl PageBudget {
    /// Keeps the text of a resource or drops it; says whether the resource is left for the next page.
    pub fn leaves_out(&mut self, resource: &mut String, groups: usize) -> bool {
        let left_out = !self.take(resource.len(), groups);
        if left_out {
            *resource = String::new();
        }
        left_out
    }

    /// Takes a resource of this many bytes that is in this many groups; returns false if it must wait for the next page. The
    /// first resource is always taken.
    pub const fn take(&mut self, bytes: usize, groups: usize) -> bool {
        let (bytes, groups) = (self.bytes.saturating_add(bytes), self.groups.saturating_add(groups));
        let fits = self.bytes == 0 || (bytes <= bounds::PAGE_BYTES && groups <= bounds::PAGE_GROUPS);
        // Once a resource does not fit, the ones after it do not fit either.
        (self.bytes, self.groups) = if fits { (bytes, groups) } else { (usize::MAX, usize::MAX) };
        fits
    }
}
