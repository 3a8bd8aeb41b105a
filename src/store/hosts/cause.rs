//! Why a host is compared with what was told of it, and how far an entry that touches many has come.

use std::collections::BTreeMap;

use entity::scim_change::Model as Entry;
use serde::{Deserialize, Serialize};

use crate::protocol::id::{HostId, RequestId};

/// The change for which a host is told something.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The number of its entry; of several changes the last one counts.
    number: i64,
    /// When it was made.
    pub at: i64,
    pub request: String,
}

impl Cause {
    /// Returns what stands for a change that nobody recorded.
    pub fn unknown(at: i64) -> Self {
        Self { number: 0, at, request: RequestId::NONE.to_string() }
    }

    /// Notes that the change may touch a host, unless a later one is known.
    pub(super) fn note(&self, hosts: &mut BTreeMap<HostId, Self>, host: HostId) {
        if hosts.get(&host).is_none_or(|known| known.number <= self.number) {
            hosts.insert(host, self.clone());
        }
    }

    pub(super) fn of(entry: &Entry) -> Self {
        Self { number: entry.number.unwrap_or_default(), at: entry.changed_at, request: entry.request_id.clone() }
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
