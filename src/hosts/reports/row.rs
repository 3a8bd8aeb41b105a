//! A row of a report.

use serde_json::{Value, json};

use super::Report;
use crate::{
    hosts::{OtherEmail, changes::Event},
    protocol::{
        date,
        id::{HostId, RequestId, UserId},
    },
    store::hosts::{
        leavers::Leaver,
        reports::{Counts, Person},
    },
};

/// A row of a report. What a report has nothing of is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportRow {
    /// Where the next page begins: the id of the host, or of the user in a report of people.
    pub position: i64,
    /// The host.
    pub host: Option<HostId>,
    /// The name that the host server told.
    pub host_name: Option<String>,
    /// The owner who left, the people of whom each might own the host, or the one who owns none.
    pub users: Vec<ReportUser>,
    /// The addresses that the row is about.
    pub addresses: Vec<OtherEmail>,
    /// Since when, in milliseconds since 1970.
    pub since: Option<i64>,
    /// The request that brought it about, by our id of it.
    pub request_id: Option<String>,
    /// Why the row is in the report.
    pub reason: String,
}

/// A person in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportUser {
    /// The id; of a user who was deleted too.
    pub id: UserId,
    /// The `userName`.
    pub user_name: Option<String>,
    /// The `externalId`.
    pub external_id: Option<String>,
    /// Whether the user still works there; `None` for one who was deleted.
    pub active: Option<bool>,
}

/// How long each report is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportCounts {
    /// Hosts whose owner has left.
    pub offboarding: i64,
    /// Hosts that nobody owns.
    pub unowned: i64,
    /// Hosts that several people own equally well.
    pub ambiguous: i64,
    /// Active people who own no host.
    pub people_without_host: i64,
    /// Hosts with addresses that nobody has.
    pub unprovisioned: i64,
    /// Hosts that were said to be nobody's.
    pub shared: i64,
}

impl ReportCounts {
    /// Returns the number of rows of one report.
    #[must_use]
    pub const fn of(&self, report: Report) -> i64 {
        match report {
            Report::Offboarding => self.offboarding,
            Report::Unowned => self.unowned,
            Report::Ambiguous => self.ambiguous,
            Report::PeopleWithoutHost => self.people_without_host,
            Report::Unprovisioned => self.unprovisioned,
            Report::Shared => self.shared,
        }
    }
}

impl ReportRow {
    fn new(position: i64, reason: &str) -> Self {
        Self {
            position,
            host: None,
            host_name: None,
            users: vec![],
            addresses: vec![],
            since: None,
            request_id: None,
            reason: reason.to_owned(),
        }
    }

    pub(super) fn of_host(host: HostId, reason: &str) -> Self {
        Self { host: Some(host), ..Self::new(host.0, reason) }
    }

    pub(super) fn of_person(person: &Person, reason: &str) -> Self {
        Self { users: vec![ReportUser::of(person)], ..Self::new(person.id.0, reason) }
    }

    pub(super) fn since(self, at: i64, request: &str) -> Self {
        let request_id = (*request != RequestId::NONE.to_string()).then(|| request.to_owned());
        Self { since: Some(at), request_id, ..self }
    }

    /// Says since when, if that is kept; otherwise it was at the latest when the user last changed.
    pub(super) fn caused(self, by: Option<Event>, otherwise: i64) -> Self {
        match by {
            Some(event) => self.since(event.at, &event.request),
            None => Self { since: Some(otherwise), ..self },
        }
    }

    /// Returns it as JSON: `host` with `id` and `hostname`, `user` or several `users` with `id`, `userName`, `externalId` and `active`,
    /// `addresses`, `since`, `reason` and `requestId`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let users: Vec<Value> = self.users.iter().map(ReportUser::to_json).collect();
        json!({
            "host": self.host.map(|host| json!({ "id": host, "hostname": self.host_name })),
            "user": if let [user] = users.as_slice() { user.clone() } else { Value::Null },
            "users": users,
            "addresses": self.addresses,
            "since": self.since.map(date::format),
            "reason": self.reason,
            "requestId": self.request_id,
        })
    }
}

impl ReportUser {
    pub(super) fn of(person: &Person) -> Self {
        Self {
            id: person.id,
            user_name: Some(person.user_name.clone()),
            external_id: person.external_id.clone(),
            active: Some(person.active),
        }
    }

    pub(super) fn of_leaver(leaver: &Leaver) -> Self {
        Self {
            id: UserId(leaver.user_id),
            user_name: leaver.user_name.clone(),
            external_id: leaver.external_id.clone(),
            active: None,
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "userName": self.user_name,
            "externalId": self.external_id,
            "active": self.active,
        })
    }
}

impl From<Counts> for ReportCounts {
    fn from(of: Counts) -> Self {
        Self {
            offboarding: of.departed + of.deleted,
            unowned: of.known - of.owned - of.ambiguous - of.shared,
            ambiguous: of.ambiguous,
            people_without_host: of.active - of.with_host,
            unprovisioned: of.unprovisioned,
            shared: of.shared,
        }
    }
}
