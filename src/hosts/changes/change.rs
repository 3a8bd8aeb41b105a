//! One change, as a host reads it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ChangeKind, ShownUser};
use crate::{
    error::Error,
    protocol::{
        date,
        id::{ConnectionId, GroupId, HostId, RequestId, UserId},
    },
    store::changes::Numbered,
};

/// A change.
///
/// What a kind of change has nothing of is `None` or empty.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// Its place in the feed: one more than that of the change before.
    pub number: i64,
    /// What changed.
    pub kind: ChangeKind,
    /// The connection of the user, the group or the credential, or the one that was changed.
    pub connection: Option<ConnectionId>,
    /// When it was made, in milliseconds since 1970.
    pub at: i64,
    /// The request that caused it, by our id of it; `None` for the library's own work. For
    /// [`HostOwner`](ChangeKind::HostOwner) the last of those that caused it.
    pub request_id: Option<String>,
    /// The user, also one who is gone.
    pub user: Option<ChangedUser>,
    /// The group, also one that is gone.
    pub group: Option<ChangedGroup>,
    /// The host.
    pub host: Option<HostId>,
    /// The attributes that changed. Of [`HostOwner`](ChangeKind::HostOwner) the fields of [`ShownUser`].
    pub attributes: Vec<String>,
    /// Whether the user was active before; `None` for a new one.
    pub was_active: Option<bool>,
    /// Whether the user is active now; `None` for one that was deleted.
    pub is_active: Option<bool>,
    /// The users who joined or left a group, at most 1,000, or whose addresses changed.
    pub users: Vec<UserId>,
    /// The groups that joined or left a group, at most 1,000; or those that a deleted user was in.
    pub groups: Vec<GroupId>,
    /// What was shown of the host's owner before; `None` if it had none.
    pub before: Option<ShownUser>,
    /// What is shown now; `None` if it has none.
    pub after: Option<ShownUser>,
    /// The name of the connection that an administrator changed: the part of its base URL.
    pub connection_name: Option<String>,
    /// The credential.
    pub credential: Option<ChangedCredential>,
    /// The assignment of a host by hand.
    pub assignment: Option<ChangedAssignment>,
}

/// An assignment that was made, or ended: then it names neither a user nor an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedAssignment {
    /// What the host is, or will be, known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The id of the user it was assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The address it was assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether it was assigned to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Who did it; nobody, if another address that was set by hand ended it, or the host was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A user that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedUser {
    /// The id.
    pub id: UserId,
    /// The `userName` after the change; `None` in what an older version wrote.
    pub user_name: Option<String>,
    /// The `externalId` after the change.
    pub external_id: Option<String>,
}

/// A group that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedGroup {
    /// The id.
    pub id: GroupId,
    /// The `displayName` before; `None` for a new group, for a change of its members, and in what an older version wrote.
    pub former_name: Option<String>,
    /// The `displayName` after; `None` for one that was deleted, and likewise.
    pub display_name: Option<String>,
}

/// A token, an OAuth client or a secret of one, without the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChangedCredential {
    /// `token`, `client` or `client_secret`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// When it ends, RFC 3339; for [`CredentialEnds`](ChangeKind::CredentialEnds).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl Change {
    /// Reads an entry. A detail that cannot be read is told as none: it must not hold up what comes after it.
    pub(super) fn from_entry(entry: &Numbered) -> Result<Self, Error> {
        let detail: Value =
            entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Ok(Self {
            number: entry.number.ok_or_else(|| unreadable(entry))?,
            kind: ChangeKind::from_stored(&entry.kind),
            connection: entry.connection_id.map(ConnectionId),
            at: entry.changed_at,
            request_id: (entry.request_id != RequestId::NONE.to_string()).then(|| entry.request_id.clone()),
            user: entry.user_id.map(|id| ChangedUser {
                id: UserId(id),
                user_name: text(&detail["userName"]),
                external_id: text(&detail["externalId"]),
            }),
            group: entry.group_id.map(|id| ChangedGroup {
                id: GroupId(id),
                former_name: text(&detail["displayName"][0]),
                display_name: text(&detail["displayName"][1]),
            }),
            host: entry.host_id.map(HostId),
            attributes: list(&detail["attributes"], text),
            was_active: detail["active"][0].as_bool(),
            is_active: detail["active"][1].as_bool(),
            users: list(&detail["users"], id).into_iter().map(UserId).collect(),
            groups: list(&detail["groups"], id).into_iter().map(GroupId).collect(),
            before: ShownUser::from_json(&detail["before"]),
            after: ShownUser::from_json(&detail["after"]),
            connection_name: text(&detail["name"]),
            credential: text(&detail["credential"]).zip(text(&detail["id"])).map(|(kind, id)| ChangedCredential {
                kind,
                id,
                expires_at: text(&detail["expiresAt"]),
            }),
            assignment: ChangedAssignment::deserialize(&detail["assignment"]).ok(),
        })
    }

    /// Returns the change as JSON: what it has nothing of is left out, `event` is that of RFC 9967.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(Json::from(self)).unwrap_or_default()
    }
}

/// The fields of a change as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    number: i64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<JsonUser<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<JsonGroup<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<JsonHost>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    attributes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<&'a ChangedCredential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignment: Option<&'a ChangedAssignment>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonUser<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonGroup<'a> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonHost {
    id: HostId,
}

impl<'a> From<&'a Change> for Json<'a> {
    fn from(change: &'a Change) -> Self {
        let (before, after) = change.states();
        Self {
            number: change.number,
            kind: change.kind.as_str(),
            event: change.kind.event(),
            at: date::format(change.at),
            connection: change.connection.map(|id| id.0),
            connection_name: change.connection_name.as_deref(),
            request_id: change.request_id.as_deref(),
            user: change.user.as_ref().map(|user| JsonUser {
                id: user.id.to_string(),
                user_name: user.user_name.as_deref(),
                external_id: user.external_id.as_deref(),
            }),
            group: change.group.as_ref().map(|group| JsonGroup {
                id: group.id.to_string(),
                display_name: group.display_name.as_deref().or(group.former_name.as_deref()),
            }),
            host: change.host.map(|id| JsonHost { id }),
            attributes: &change.attributes,
            users: change.users.iter().map(UserId::to_string).collect(),
            groups: change.groups.iter().map(GroupId::to_string).collect(),
            before,
            after,
            credential: change.credential.as_ref(),
            assignment: change.assignment.as_ref(),
        }
    }
}

impl Change {
    /// What there was before and is now: of a user `active`, of a group its name, of a host what is shown of its owner.
    fn states(&self) -> (Option<Value>, Option<Value>) {
        let active = |is: Option<bool>| is.map(|is| serde_json::json!({ "active": is }));
        let name = |name: Option<&String>| name.map(|name| serde_json::json!({ "displayName": name }));
        match (&self.user, &self.group) {
            (Some(_), _) => (active(self.was_active), active(self.is_active)),
            (_, Some(group)) => (name(group.former_name.as_ref()), name(group.display_name.as_ref())),
            _ => {
                let shown = |user: &ShownUser| serde_json::to_value(user).unwrap_or_default();
                (self.before.as_ref().map(shown), self.after.as_ref().map(shown))
            }
        }
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn id(value: &Value) -> Option<i64> {
    value.as_i64()
}

fn list<T>(value: &Value, item: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(item).collect()
}

fn unreadable(entry: &Numbered) -> Error {
    Error::Corrupt(format!("the change {} cannot be read", entry.id))
}
