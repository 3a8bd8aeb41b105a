//! Index paging (RFC 7644 section 3.4.2.4) and the ListResponse message.

use std::fmt::Write;

use super::urn;

/// The page a client asks for, after the bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// 1-based.
    pub start_index: u64,
    pub count: u64,
}

impl Page {
    /// Values below the first are the first, below none are none, above the bound are the bound (RFC 7644 section 3.4.2.4).
    pub fn new(start_index: Option<i64>, count: Option<i64>, bound: u64) -> Self {
        let positive = |number: i64| u64::try_from(number).unwrap_or(0);
        // Databases count rows in signed 64 bits.
        let start_index = start_index.map_or(1, positive).clamp(1, i64::MAX as u64);
        Self { start_index, count: count.map_or(bound, positive).min(bound) }
    }

    pub const fn offset(&self) -> u64 {
        self.start_index - 1
    }
}

/// A ListResponse around resources that are JSON texts already.
pub fn response(total: u64, start_index: u64, resources: &[String]) -> String {
    let length: usize = resources.iter().map(|resource| resource.len() + 1).sum();
    let mut text = String::with_capacity(length + 200);
    let _ = write!(
        text,
        "{{\"schemas\":[\"{}\"],\"totalResults\":{total},\"startIndex\":{start_index},\"itemsPerPage\":{},\"Resources\":[",
        urn::LIST_RESPONSE,
        resources.len()
    );
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(resource);
    }
    text.push_str("]}");
    text
}
