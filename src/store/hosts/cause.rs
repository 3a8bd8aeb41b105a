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
    /// When the user left, and by which request, if that is among the changes.
    pub departure: Option<(i64, String)>,
}

impl Cause {
    /// Returns what stands for a change that nobody recorded.
    pub fn unknown(at: i64) -> Self {
        Self { number: 0, at, request: RequestId::NONE.to_string(), departure: None }
    }

    /// Notes that the change may touch a host, unless a later one is known.
    pub(super) fn note(&self, hosts: &mut BTreeMap<HostId, Self>, host: HostId) {
        let noted = match hosts.remove(&host) {
            Some(known) if known.number > self.number => known.after(Some(self)),
            known => self.clone().after(known.as_ref()),
        };
        hosts.insert(host, noted);
    }

    /// Returns the later one of two causes; that somebody left is not forgotten over what else changed.
    pub(super) fn after(mut self, earlier: Option<&Self>) -> Self {
        if self.departure.is_none() {
            self.departure = earlier.and_then(|earlier| earlier.departure.clone());
        }
        self
    }

    pub(super) fn of(entry: &Entry) -> Self {
        let (at, request) = (entry.changed_at, entry.request_id.clone());
        let departs = matches!(entry.kind.as_str(), "user.deactivated" | "user.deleted");
        let departure = departs.then(|| (at, request.clone()));
        Self { number: entry.number.unwrap_or_default(), at, request, departure }
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
