//! What is kept of an assignment by hand, and what one came to.

use serde_json::{Value, json};

use crate::{
    hosts::HostEndUsers,
    protocol::{
        assignee::Assignee,
        date,
        id::{HostId, UserId},
    },
    store::hosts::assignments,
};

/// An assignment by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assignment {
    /// Its place in the list.
    pub id: i64,
    /// The host; `None` before one with the key has enrolled.
    pub host: Option<HostId>,
    /// What the host is known by, such as its serial number, if it was assigned by that.
    pub key: Option<String>,
    /// Whom it is assigned to.
    pub assignee: Assignee,
    /// Who assigned it.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What an assignment came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Assigned {
    /// The host, with its owner now, or why it has none.
    Host(Box<HostEndUsers>),
    /// No host has been claimed by the key yet; these users would be asked. None, if nobody has the address yet.
    Awaited(Vec<UserId>),
}

impl From<assignments::StoredAssignment> for Assignment {
    fn from(stored: assignments::StoredAssignment) -> Self {
        Self {
            id: stored.id,
            host: stored.host_id.map(HostId),
            assignee: assignments::assignee(&stored),
            key: stored.host_key_text,
            by: stored.assigned_by,
            at: stored.assigned_at,
        }
    }
}

impl Assignment {
    /// Returns it as JSON: `id`, `host`, `key`, `user`, `email`, `shared`, `by` and `at`, without what it has not.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = json!({ "id": self.id, "by": self.by, "at": date::format(self.at) });
        match &self.assignee {
            Assignee::Address(email) => json["email"] = json!(email),
            Assignee::User(user) => json["user"] = json!(user.to_string()),
            Assignee::Shared => json["shared"] = json!(true),
        }
        if let Some(host) = self.host {
            json["host"] = json!(host);
        }
        if let Some(key) = &self.key {
            json["key"] = json!(key);
        }
        json
    }
}
