//! Criteria: the hosts whose owner meets a filter.

use super::{Hosts, check_number, end_users::BEFORE_ALL};
use crate::{
    error::Error,
    protocol::{
        connection::ConnectionKind,
        filter::{Condition, criteria::Criteria},
        id::HostId,
        schema::ResourceType,
    },
    store::{
        columns::Table,
        condition::Scope,
        hosts::{self, OwnersMeeting},
        session::Session,
        users::Memberships,
    },
};

/// Up to so many people are few, whose hosts are found by them: then both ways cost about the same on a page of 100 (100,000 hosts).
const FEW: usize = 1000;

impl Hosts<'_> {
    /// Lists the hosts whose owner meets a SCIM filter (RFC 7644 section 3.4.2.2), by id: at most `limit` of them, after the last one of
    /// the page before.
    ///
    /// The filter may name every attribute of a user, those of extensions too, and beside them `source`, `matchedBy` and `status` of the
    /// host (`owned`, `unowned`, `ambiguous`, `shared`), and `groups.externalId` and `groups.identifier`, which last when a group is renamed. Groups
    /// are those that the owner is in, nested ones too. `status eq "unowned"` finds hosts that have, or had, an address, or have a name.
    ///
    /// A negation never finds a host without an owner, unless `status` is named beside it: `not (userType eq "Contractor")` are the hosts
    /// of everybody else, not those of which nothing is known.
    ///
    /// # Errors
    /// [`Error::Filter`]; [`Error::Invalid`] for more than 1,000 hosts at once; [`Error::Database`].
    pub async fn matching(&self, filter: &str, after: Option<HostId>, limit: u64) -> Result<Vec<HostId>, Error> {
        check_number(limit, "hosts")?;
        self.find_matching(filter, after, limit, FEW).await
    }

    pub(crate) async fn find_matching(
        &self,
        filter: &str,
        after: Option<HostId>,
        limit: u64,
        few: usize,
    ) -> Result<Vec<HostId>, Error> {
        let owner_type = ResourceType::owner(&self.types.user);
        let (criteria, condition) = parse(filter, &owner_type)?;
        let meeting = meeting(self.scope(&owner_type), &criteria, &condition, few);
        let after = after.unwrap_or(BEFORE_ALL);
        let snapshot = self.database.snapshot().await?;
        let mut found = meeting.page(&snapshot, after, limit).await?;
        if !criteria.without_owner.is_empty() {
            found.extend(hosts::hosts_without_owner(&snapshot, &criteria.without_owner, after, limit).await?);
        }
        snapshot.end_read().await;
        found.sort_unstable();
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Finds hosts that have an owner, on one state of the database.
    pub(super) async fn find_matching_in(
        &self,
        snapshot: &Session,
        filter: &str,
        after: HostId,
        limit: u64,
    ) -> Result<Vec<HostId>, Error> {
        let owner_type = ResourceType::owner(&self.types.user);
        let (criteria, condition) = parse(filter, &owner_type)?;
        let meeting = meeting(self.scope(&owner_type), &criteria, &condition, FEW);
        Ok(meeting.page(snapshot, after, limit).await?)
    }

    /// Counts the hosts of [`Hosts::matching`].
    ///
    /// # Errors
    /// As [`Hosts::matching`].
    pub async fn count_matching(&self, filter: &str) -> Result<u64, Error> {
        self.find_count(filter, FEW).await
    }

    pub(crate) async fn find_count(&self, filter: &str, few: usize) -> Result<u64, Error> {
        let owner_type = ResourceType::owner(&self.types.user);
        let (criteria, condition) = parse(filter, &owner_type)?;
        let meeting = meeting(self.scope(&owner_type), &criteria, &condition, few);
        let snapshot = self.database.snapshot().await?;
        let count = count(&snapshot, &meeting, &criteria).await?;
        snapshot.end_read().await;
        Ok(count)
    }

    /// Returns the scope of the owners, whichever connection they are of.
    fn scope<'a>(&self, owner_type: &'a ResourceType) -> Scope<'a> {
        Scope {
            dialect: self.database.dialect(),
            resource_type: owner_type,
            connection: None,
            kind: ConnectionKind::Idp,
            memberships: Memberships::All,
            nests: true,
            mount: "",
            base_url: "",
            hosts_url: "",
        }
    }
}

async fn count(session: &Session, meeting: &OwnersMeeting<'_>, criteria: &Criteria) -> Result<u64, Error> {
    let owned = meeting.count(session).await?;
    let without_owner = match criteria.without_owner.as_slice() {
        [] => 0,
        statuses => hosts::count_without_owner(session, statuses).await?,
    };
    Ok((owned + without_owner).unsigned_abs())
}

fn parse(filter: &str, owner_type: &ResourceType) -> Result<(Criteria, Condition), Error> {
    let (criteria, condition) = Criteria::parse(filter, owner_type).map_err(Error::Filter)?;
    let table = Table::of(owner_type);
    condition.check_cost(|field, comparison| table.weight(field, comparison)).map_err(Error::Filter)?;
    Ok((criteria, condition))
}

fn meeting<'a>(scope: Scope<'a>, criteria: &Criteria, condition: &Condition, few: usize) -> OwnersMeeting<'a> {
    let select = |condition: &Option<Condition>| condition.as_ref().map(|condition| scope.select(condition));
    OwnersMeeting {
        scope,
        of_user: select(&criteria.of_user),
        of_host: select(&criteria.of_host),
        all: scope.select(condition),
        few,
    }
}
