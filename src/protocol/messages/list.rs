//! Paging by index (RFC 7644 section 3.4.2.4) and by cursor (RFC 9865), and the ListResponse message.

use std::fmt::Write;

use crate::protocol::{messages::error::ScimError, schema::urn};

/// The page a client asks for, after applying the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// 1-based.
    pub start_index: u64,
    pub count: u64,
}

impl Page {
    /// Applies the limits: an index below 1 becomes 1, a negative count 0, and a count above `bound` becomes `bound` (RFC
    /// 7644 section 3.4.2.4).
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

/// Reads a whole number from a query string or a text; numbers that exceed 64 bits become the largest or smallest possible.
pub fn whole(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (i64::MIN, digits),
        None => (i64::MAX, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole.then(|| text.parse().unwrap_or(sign))
}

/// How a client pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    Index(Page),
    Cursor {
        /// `None` for the first page.
        cursor: Option<String>,
        /// `None` for the cursor's own count, or on the first page for the largest.
        count: Option<u64>,
    },
}

impl Paging {
    /// Chooses paging by cursor if there is a cursor, even an empty one, and paging by index otherwise.
    ///
    /// # Errors
    /// 400 `invalidValue` if both `startIndex` and `cursor` are sent, `invalidCount` if a page by cursor would be too large.
    pub fn parse(
        cursor: Option<&str>,
        start_index: Option<i64>,
        count: Option<i64>,
        bound: u64,
    ) -> Result<Self, ScimError> {
        let Some(cursor) = cursor else { return Ok(Self::Index(Page::new(start_index, count, bound))) };
        if start_index.is_some() {
            return Err(ScimError::invalid_value("startIndex and cursor exclude each other: send one of them"));
        }
        // "A negative value SHALL be interpreted as 0": RFC 9865 section 2.
        let count = count.map(|count| u64::try_from(count).unwrap_or(0));
        if count.is_some_and(|count| count > bound) {
            return Err(ScimError::invalid_count(format!("count is {bound} at most, the maxPageSize")));
        }
        Ok(Self::Cursor { cursor: (!cursor.is_empty()).then(|| cursor.to_owned()), count })
    }
}

/// What a page says about its position in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagePosition {
    Index(u64),
    Cursors { next: Option<String>, previous: Option<String> },
}

/// Builds a ListResponse from resources that are already JSON texts. It is written by hand: `RawValue` would read each of
/// them again to check it, which made a page of 100 users 19 % dearer (instructions, 2026-11-27).
pub fn response(total: u64, position: &PagePosition, resources: &[String]) -> String {
    let length: usize = resources.iter().map(|resource| resource.len() + 1).sum();
    let mut text = String::with_capacity(length + 600);
    let _ = write!(text, "{{\"schemas\":[\"{}\"],\"totalResults\":{total},", urn::LIST_RESPONSE);
    match position {
        PagePosition::Index(start_index) => {
            let _ = write!(text, "\"startIndex\":{start_index},");
        }
        // Cursors consist of letters, digits, `-` and `_`, so they need no escaping.
        PagePosition::Cursors { next, previous } => {
            for (name, cursor) in [("nextCursor", next), ("previousCursor", previous)] {
                if let Some(cursor) = cursor {
                    let _ = write!(text, "\"{name}\":\"{cursor}\",");
                }
            }
        }
    }
    let _ = write!(text, "\"itemsPerPage\":{},\"Resources\":[", resources.len());
    for (at, resource) in resources.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(resource);
    }
    text.push_str("]}");
    text
}
