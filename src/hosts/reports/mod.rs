//! Reports: hosts of people who left, hosts of nobody, people without a host, and addresses nobody has.

mod csv;
mod row;

use std::collections::BTreeMap;

pub use self::row::{ReportCounts, ReportRow, ReportUser};
use super::{
    HostEndUsers, Hosts, OtherEmail, Ownership,
    changes::Causes,
    check_number,
    end_users::{BEFORE_ALL, end_user_of},
};
use crate::{
    error::Error,
    protocol::{
        host_status::HostStatus,
        id::{HostId, UserId},
    },
    store::{
        hosts::{
            self, Depth, assignments, leavers,
            reports::{self, Person},
        },
        session::Session,
    },
};

/// What an administrator asks about all hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Report {
    /// Hosts whose owner has left: is inactive, or was deleted and nobody owns the host since.
    Offboarding,
    /// Hosts that nobody owns, with the reason.
    Unowned,
    /// Hosts that several people own equally well, with the people.
    Ambiguous,
    /// Active people who own no host.
    PeopleWithoutHost,
    /// Hosts with addresses that nobody has.
    Unprovisioned,
    /// Hosts that were said to be nobody's.
    Shared,
}

impl Report {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Offboarding, Self::Unowned, Self::Ambiguous, Self::PeopleWithoutHost, Self::Unprovisioned, Self::Shared];

    /// Returns the name, such as `people-without-host`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offboarding => "offboarding",
            Self::Unowned => "unowned",
            Self::Ambiguous => "ambiguous",
            Self::PeopleWithoutHost => "people-without-host",
            Self::Unprovisioned => "unprovisioned",
            Self::Shared => "shared",
        }
    }

    /// Finds a report by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|report| report.as_str() == name)
    }
}

impl Hosts<'_> {
    /// Reads a page of a report, on one state of the database: at most `limit` rows, after the [`position`](ReportRow::position) of the
    /// last one of the page before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000 rows at once; [`Error::Database`].
    pub async fn report(&self, report: Report, after: Option<i64>, limit: u64) -> Result<Vec<ReportRow>, Error> {
        check_number(limit, "rows")?;
        let snapshot = self.database.snapshot().await?;
        let after_host = after.map_or(BEFORE_ALL, HostId);
        let rows = match report {
            Report::Offboarding => self.offboarding(&snapshot, after_host, limit).await,
            Report::Unowned => self.without_owner(&snapshot, HostStatus::Unowned, after_host, limit).await,
            Report::Ambiguous => self.without_owner(&snapshot, HostStatus::Ambiguous, after_host, limit).await,
            Report::Shared => self.without_owner(&snapshot, HostStatus::Shared, after_host, limit).await,
            Report::PeopleWithoutHost => people_without_host(&snapshot, after.unwrap_or_default(), limit).await,
            Report::Unprovisioned => unprovisioned(&snapshot, after_host, limit).await,
        };
        let rows = match rows {
            Ok(rows) => named(&snapshot, rows).await,
            failed => failed,
        };
        snapshot.end_read().await;
        rows
    }

    /// Counts the rows of all reports, in one statement.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn report_counts(&self) -> Result<ReportCounts, Error> {
        Ok(reports::counts(&self.database.read().await?).await?.into())
    }

    async fn offboarding(&self, snapshot: &Session, after: HostId, limit: u64) -> Result<Vec<ReportRow>, Error> {
        let inactive = self.find_matching_in(snapshot, "active eq false", after, limit).await?;
        let mut rows = Vec::new();
        if !inactive.is_empty() {
            let told = hosts::told(snapshot, &inactive).await?;
            let known = self.read_in(snapshot, &inactive, Depth::Shown).await?;
            let owners: Vec<Option<UserId>> = known.iter().map(end_user_of).collect();
            let people = people(snapshot, owners.iter().flatten().copied()).await?;
            for (host, owner) in known.iter().zip(owners) {
                let Some(owner) = owner.and_then(|owner| people.get(&owner)) else { continue };
                let told = told.get(&host.host).filter(|told| told.user_id == owner.id.0);
                rows.push(ReportRow {
                    users: vec![ReportUser::of(owner)],
                    ..ReportRow::of_host(host.host, "the owner is inactive")
                        .caused(Causes::read(told).left, owner.updated_at)
                });
            }
        }
        for leaver in leavers::page(snapshot, after, limit).await? {
            rows.push(ReportRow {
                users: vec![ReportUser::of_leaver(&leaver)],
                ..ReportRow::of_host(HostId(leaver.host_id), "the owner was deleted, and nobody owns the host since")
                    .since(leaver.left_at, &leaver.request_id)
            });
        }
        rows.sort_unstable_by_key(|row| row.position);
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Lists hosts without an owner, with the reason and whoever it is about.
    async fn without_owner(
        &self,
        snapshot: &Session,
        status: HostStatus,
        after: HostId,
        limit: u64,
    ) -> Result<Vec<ReportRow>, Error> {
        let found = hosts::hosts_without_owner(snapshot, &[status], after, limit).await?;
        if found.is_empty() {
            return Ok(vec![]);
        }
        let known = self.read_in(snapshot, &found, Depth::Shown).await?;
        let tied = known.iter().flat_map(|host| match &host.ownership {
            Ownership::Ambiguous { users, .. } => users.iter().filter_map(|user| UserId::parse(user)).collect(),
            _ => vec![],
        });
        let people = people(snapshot, tied).await?;
        let assigned = match status {
            HostStatus::Shared => assignments::of_hosts(snapshot, &found).await?,
            _ => BTreeMap::new(),
        };
        Ok(known.into_iter().map(|host| row(host, &people, &assigned)).collect())
    }
}

fn row(
    host: HostEndUsers,
    people: &BTreeMap<UserId, Person>,
    assigned: &BTreeMap<HostId, assignments::StoredAssignment>,
) -> ReportRow {
    let HostEndUsers { host, ownership, addresses, .. } = host;
    let (reason, users) = match ownership {
        Ownership::Ambiguous { reason, users } => (reason, users),
        Ownership::Unowned { reason } | Ownership::Shared { reason } => (reason, vec![]),
        Ownership::Owned { .. } => (String::new(), vec![]),
    };
    let users = users.iter().filter_map(|user| people.get(&UserId::parse(user)?)).map(ReportUser::of).collect();
    let row = ReportRow { users, addresses, ..ReportRow::of_host(host, &reason) };
    match assigned.get(&host) {
        Some(assignment) => ReportRow {
            reason: format!("{}, by {}", row.reason, assignment.assigned_by),
            ..row.since(assignment.assigned_at, &assignment.request_id)
        },
        None => row,
    }
}

async fn people_without_host(snapshot: &Session, after: i64, limit: u64) -> Result<Vec<ReportRow>, Error> {
    let found = reports::people_without_host(snapshot, after, limit).await?;
    Ok(found.iter().map(|person| ReportRow::of_person(person, "the user owns no host")).collect())
}

async fn unprovisioned(snapshot: &Session, after: HostId, limit: u64) -> Result<Vec<ReportRow>, Error> {
    let mut rows: Vec<ReportRow> = Vec::new();
    for address in reports::unprovisioned(snapshot, after, limit).await? {
        if rows.last().is_none_or(|row| row.host != Some(address.host)) {
            rows.push(ReportRow::of_host(address.host, "nobody has the addresses"));
        }
        if let Some(row) = rows.last_mut() {
            row.addresses.push(OtherEmail { email: address.email, source: address.source });
        }
    }
    Ok(rows)
}

async fn people(snapshot: &Session, ids: impl Iterator<Item = UserId>) -> Result<BTreeMap<UserId, Person>, Error> {
    let mut ids: Vec<i64> = ids.map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(1000) {
        found.extend(reports::people(snapshot, chunk).await?.into_iter().map(|person| (person.id, person)));
    }
    Ok(found)
}

/// Adds the names that the host server told.
async fn named(snapshot: &Session, mut rows: Vec<ReportRow>) -> Result<Vec<ReportRow>, Error> {
    let of: Vec<HostId> = rows.iter().filter_map(|row| row.host).collect();
    if of.is_empty() {
        return Ok(rows);
    }
    let mut names = hosts::names(snapshot, &of).await?;
    for row in &mut rows {
        row.host_name = row.host.and_then(|host| names.remove(&host));
    }
    Ok(rows)
}
