//! Which changes made the owner of a host its owner, and inactive. They outlast the entries of the feed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ShownUser;
use crate::store::hosts::{Cause, StoredTold};

/// When something came about, and by which request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub at: i64,
    pub request: String,
}

/// What is kept with what was told of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Causes {
    /// The owner.
    user: String,
    /// When they became the owner.
    #[serde(default)]
    pub owned: Option<Event>,
    /// When they left, if they were the owner then.
    #[serde(default)]
    pub left: Option<Event>,
}

impl Causes {
    /// Reads what is kept; nothing if it is of another user, or cannot be read.
    pub fn read(stored: Option<&StoredTold>) -> Self {
        let Some(StoredTold { user_id, causes: Some(causes), .. }) = stored else { return Self::default() };
        let read: Self = serde_json::from_str(causes).unwrap_or_default();
        if read.user == user_id.to_string() { read } else { Self::default() }
    }

    /// Returns what is kept after a change of what is shown. Of a host that is compared without an entry nothing is known.
    pub fn after(self, was: Option<&ShownUser>, is: &ShownUser, cause: Option<&Cause>) -> Self {
        let event = || cause.map(|cause| Event { at: cause.at, request: cause.request.clone() });
        let user = is.scim_user_id.clone();
        let Some(was) = was.filter(|was| was.scim_user_id == user) else {
            return Self { user, owned: event(), left: None };
        };
        let left = match (was.idp_active, is.idp_active) {
            (_, true) => None,
            (true, false) => departure(cause).or_else(event),
            (false, false) => self.left,
        };
        Self { user, owned: self.owned, left }
    }
}

/// Returns when somebody left, whatever else changed.
pub fn departure(cause: Option<&Cause>) -> Option<Event> {
    let (at, request) = cause?.departure.clone()?;
    Some(Event { at, request })
}

impl fmt::Display for Causes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap_or_default())
    }
}
