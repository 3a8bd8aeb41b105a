//! Why a host is compared with what was told of it, and how far an entry that touches many has come.

use entity::scim_change::Model as Entry;
use serde::{Deserialize, Serialize};

use crate::protocol::id::RequestId;

/// The change for which a host is told something.
#[derive(Debug, Clone)]
pub struct Cause {
    /// When it was made.
    pub at: i64,
    pub request: String,
}

impl Cause {
    /// Returns what stands for a change that nobody recorded.
    pub fn unknown(at: i64) -> Self {
        Self { at, request: RequestId::NONE.to_string() }
    }

    pub(super) fn of(entry: &Entry) -> Self {
        Self { at: entry.changed_at, request: entry.request_id.clone() }
    }
}

/// The last host that was told of an entry that touches many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Position {
    pub user: i64,
    pub host: i64,
}

impl Position {
    pub const FIRST: Self = Self { user: 0, host: i64::MIN };

    pub fn read(stored: Option<&str>) -> Self {
        stored.and_then(|stored| serde_json::from_str(stored).ok()).unwrap_or(Self::FIRST)
    }
}
