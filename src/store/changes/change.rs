//! What an entry says.

pub use entity::scim_change::ActiveModel as Entry;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

use crate::{
    protocol::{
        assignee::Assignee,
        date,
        id::{ConnectionId, GroupId, HostId, UserId},
    },
    store::{expiry::EndingCredential, session::Session},
};

/// A user before and after a change.
#[derive(Debug, Clone, Copy)]
pub struct UserChange<'a> {
    pub id: UserId,
    pub user_name: &'a str,
    pub external_id: Option<&'a str>,
    /// Whether the user was active; `None` for a new user.
    pub was_active: Option<bool>,
    /// Whether the user is active; `None` for one that is deleted.
    pub is_active: Option<bool>,
    /// The attributes that differ.
    pub attributes: &'a [String],
    /// Every address that finds the user now or found the user before the change.
    pub keys: &'a [String],
    /// The groups that a deleted user was in.
    pub groups: &'a [i64],
}

/// A group before and after a change.
#[derive(Debug, Clone, Copy)]
pub struct GroupChange<'a> {
    pub id: GroupId,
    /// The name it had; `None` for a new group.
    pub former: Option<&'a str>,
    /// The name it has; `None` for one that is deleted.
    pub display_name: Option<&'a str>,
    /// The attributes that differ.
    pub attributes: &'a [String],
}

/// A token, an OAuth client or a client's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    Token,
    Client,
    Secret,
}

/// A change that a host server may have to react to.
#[derive(Debug)]
pub enum NewChange<'a> {
    User(UserChange<'a>),
    Group(GroupChange<'a>),
    /// The addresses of these users find hosts, or no longer, because the domains of their connection changed.
    UserAddresses(&'a [i64]),
    HostAddresses(HostId),
    HostLimits(HostId),
    /// A host was assigned by hand, or one that is known by a key will be.
    HostAssigned {
        host: Option<HostId>,
        key: Option<&'a str>,
        assignee: &'a Assignee,
        by: &'a str,
    },
    /// An assignment was taken back.
    HostUnassigned {
        host: Option<HostId>,
        key: Option<&'a str>,
        by: Option<&'a str>,
    },
    ConnectionCreated(&'a str),
    ConnectionChanged(&'a str, &'a [&'static str]),
    ConnectionDeleted(&'a str),
    CredentialCreated(CredentialKind, i64),
    CredentialDeleted(CredentialKind, i64),
    /// A token or client secret ends within so many days.
    CredentialEnds(&'a EndingCredential, i64),
}

/// Builds the entry of a change.
pub fn entry_of(session: &Session, connection: Option<ConnectionId>, change: NewChange<'_>, now: i64) -> Entry {
    let entry = Entry { connection_id: Set(connection.map(|connection| connection.0)), ..entry(session, "", now) };
    let with = |kind: &str, detail: Value| Entry {
        kind: Set(kind.to_owned()),
        detail: Set(Some(detail.to_string())),
        ..entry.clone()
    };
    match change {
        NewChange::User(user) => Entry { user_id: Set(Some(user.id.0)), ..with(user.kind(), user.detail()) },
        NewChange::Group(group) => Entry { group_id: Set(Some(group.id.0)), ..with(group.kind(), group.detail()) },
        NewChange::UserAddresses(users) => with("user.addresses", json!({ "users": users })),
        NewChange::HostAddresses(host) => of_host(entry, "host.addresses", host),
        NewChange::HostLimits(host) => of_host(entry, "host.limits", host),
        NewChange::HostAssigned { host, key, assignee, by } => {
            let (user, email) = match assignee {
                Assignee::Address(email) => (None, Some(email)),
                Assignee::User(user) => (Some(user.0), None),
                Assignee::Shared => (None, None),
            };
            let user = user.map(|user: i64| user.to_string());
            let shared = *assignee == Assignee::Shared;
            let assignment = json!({ "key": key, "user": user, "email": email, "shared": shared, "by": by });
            Entry {
                host_id: Set(host.map(|host| host.0)),
                ..with("host.assigned", json!({ "assignment": assignment }))
            }
        }
        NewChange::HostUnassigned { host, key, by } => {
            let assignment = json!({ "key": key, "by": by });
            Entry {
                host_id: Set(host.map(|host| host.0)),
                ..with("host.unassigned", json!({ "assignment": assignment }))
            }
        }
        NewChange::ConnectionCreated(name) => with("connection.created", json!({ "name": name })),
        NewChange::ConnectionChanged(name, attributes) => {
            with("connection.changed", json!({ "name": name, "attributes": attributes }))
        }
        NewChange::ConnectionDeleted(name) => with("connection.deleted", json!({ "name": name })),
        NewChange::CredentialCreated(of, id) => with("credential.created", of.named(id)),
        NewChange::CredentialDeleted(of, id) => with("credential.deleted", of.named(id)),
        NewChange::CredentialEnds(of, days) => {
            let (credential, end) = (of.credential.as_str(), date::format(of.expires_at));
            with(
                "credential.ends",
                json!({ "credential": credential, "id": of.id.to_string(), "expiresAt": end, "days": days }),
            )
        }
    }
}

/// Builds an entry that names nothing yet.
pub(super) fn entry(session: &Session, kind: &str, now: i64) -> Entry {
    Entry {
        changed_at: Set(now),
        request_id: Set(session.request().to_string()),
        kind: Set(kind.to_owned()),
        connection_id: Set(None),
        user_id: Set(None),
        group_id: Set(None),
        host_id: Set(None),
        detail: Set(None),
        ..Default::default()
    }
}

fn of_host(entry: Entry, kind: &str, host: HostId) -> Entry {
    Entry { kind: Set(kind.to_owned()), host_id: Set(Some(host.0)), ..entry }
}

impl UserChange<'_> {
    pub const fn kind(&self) -> &'static str {
        match (self.was_active, self.is_active) {
            (None, _) => "user.created",
            (_, None) => "user.deleted",
            (Some(true), Some(false)) => "user.deactivated",
            (Some(false), Some(true)) => "user.reactivated",
            _ => "user.changed",
        }
    }

    pub fn detail(&self) -> Value {
        let mut detail = json!({
            "userName": self.user_name, "externalId": self.external_id, "attributes": self.attributes, "keys": self.keys,
            "active": [self.was_active, self.is_active],
        });
        if !self.groups.is_empty() {
            detail["groups"] = json!(self.groups);
        }
        detail
    }
}

impl GroupChange<'_> {
    fn kind(&self) -> &'static str {
        match (self.former, self.display_name) {
            (None, _) => "group.created",
            (_, None) => "group.deleted",
            (former, name) if former != name => "group.renamed",
            _ => "group.changed",
        }
    }

    fn detail(&self) -> Value {
        json!({ "displayName": [self.former, self.display_name], "attributes": self.attributes })
    }
}

impl CredentialKind {
    fn named(self, id: i64) -> Value {
        let credential = match self {
            Self::Token => "token",
            Self::Client => "client",
            Self::Secret => "client_secret",
        };
        json!({ "credential": credential, "id": id.to_string() })
    }
}
