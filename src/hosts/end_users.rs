//! Finds who uses a host, or each host of a page, in a fixed number of statements.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Hosts, Ownership, changes::ShownUser, check_number};
use crate::{
    error::Error,
    protocol::{
        case_fold::case_fold_address,
        date,
        id::{GroupId, HostId, UserId},
        resource::record::NAME_ADVICE,
    },
    store::{
        hosts::{self, Candidate, Owner},
        session::Session,
    },
};

/// A user of a host, with the field names of the host server's API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EndUser {
    /// The user's SCIM id; absent if no user matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scim_user_id: Option<String>,
    /// The `externalId`, which is the identity provider's own id.
    pub idp_id: Option<String>,
    /// The `userName`; if no user matches, the address of an identity provider's account.
    pub idp_username: Option<String>,
    /// Given and family name, whichever exist, else `name.formatted`, else `displayName`.
    pub idp_full_name: Option<String>,
    /// The displayName of each group the user is in, directly or through groups nested in it, the native ones too; twice if two
    /// groups have it.
    pub idp_groups: Vec<String>,
    /// The `department` of the enterprise extension.
    pub idp_department: Option<String>,
    /// Whether the user still works there; absent if no user matches.
    pub idp_active: Option<bool>,
    /// When the user last changed, or the host's owner, or their groups, RFC 3339 in UTC; absent if no user matches.
    pub idp_info_updated_at: Option<String>,
    /// The host's other addresses.
    pub other_emails: Vec<OtherEmail>,
    /// `name.givenName`; not in the JSON.
    #[serde(skip)]
    pub given_name: Option<String>,
    /// `name.familyName`; not in the JSON.
    #[serde(skip)]
    pub family_name: Option<String>,
    /// The whole user, if it was read.
    #[serde(skip)]
    pub(super) document: ReadDocument,
}

/// The document of a user, if it was read. It is the same user whether it was or not.
#[derive(Debug, Clone, Default)]
pub struct ReadDocument(pub(super) Option<Map<String, Value>>);

impl PartialEq for ReadDocument {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReadDocument {}

/// An address of a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OtherEmail {
    /// The address as the host server reported it.
    pub email: String,
    /// The source of the address.
    pub source: String,
}

/// Everything known about who uses a host. As JSON it has the fields `host`, `end_users`, `ownership` and `addresses`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HostEndUsers {
    /// The host.
    pub host: HostId,
    /// The owner; if there is none, one entry with the addresses only, or no entry if there are no addresses.
    pub end_users: Vec<EndUser>,
    /// Who owns the host, and why.
    pub ownership: Ownership,
    /// Every address of the host, by source.
    pub addresses: Vec<OtherEmail>,
}

/// No host has a smaller id.
pub(super) const BEFORE_ALL: HostId = HostId(i64::MIN);

impl Hosts<'_> {
    /// Finds who uses one host, with every attribute of the user ([`EndUser::attribute`]).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn end_users_of(&self, host: HostId) -> Result<HostEndUsers, Error> {
        let mut of_host = self.read(&[host], hosts::Depth::Whole).await?;
        of_host.pop().ok_or_else(|| Error::Corrupt("a host was lost".to_owned()))
    }

    /// Finds who uses each of these hosts, in their order: two or three statements on one state of the database, however
    /// many hosts, and two more where groups are nested.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 1,000 hosts, [`Error::Database`].
    pub async fn end_users(&self, hosts: &[HostId]) -> Result<Vec<HostEndUsers>, Error> {
        check_number(hosts.len() as u64, "hosts")?;
        if hosts.is_empty() {
            return Ok(vec![]);
        }
        self.read(hosts, hosts::Depth::Shown).await
    }

    async fn read(&self, hosts: &[HostId], depth: hosts::Depth) -> Result<Vec<HostEndUsers>, Error> {
        let snapshot = self.database.snapshot().await?;
        let read = self.read_in(&snapshot, hosts, depth).await;
        snapshot.end_read().await;
        read
    }

    /// Reads the same on one state of the database.
    pub(super) async fn read_in(
        &self,
        snapshot: &Session,
        hosts: &[HostId],
        depth: hosts::Depth,
    ) -> Result<Vec<HostEndUsers>, Error> {
        let addresses = hosts::addresses(snapshot, hosts).await?;
        let owners = hosts::owners(snapshot, hosts, depth).await?;
        let owned: HashSet<HostId> = owners.iter().map(|owner| owner.host).collect();
        let without: Vec<HostId> = hosts.iter().filter(|host| !owned.contains(host)).copied().collect();
        let candidates = if without.is_empty() { vec![] } else { hosts::candidates(snapshot, &without).await? };
        let mut addresses_of: HashMap<HostId, Vec<OtherEmail>> = HashMap::new();
        let mut assigned: HashMap<HostId, String> = HashMap::new();
        for address in addresses {
            if address.source_rank < 0 {
                assigned.insert(address.host, address.email);
                continue;
            }
            let other = OtherEmail { email: address.email, source: address.source };
            addresses_of.entry(address.host).or_default().push(other);
        }
        let owner_of: HashMap<HostId, &Owner> = owners.iter().map(|owner| (owner.host, owner)).collect();
        let mut candidates_of: HashMap<HostId, Vec<Candidate>> = HashMap::new();
        for candidate in candidates {
            candidates_of.entry(candidate.host).or_default().push(candidate);
        }
        let of_host = |host: &HostId| {
            let addresses = addresses_of.get(host).cloned().unwrap_or_default();
            let candidates = candidates_of.get(host).map_or(&[][..], Vec::as_slice);
            let assigned = assigned.get(host).map(String::as_str);
            assemble(*host, addresses, owner_of.get(host).copied(), candidates, assigned)
        };
        Ok(hosts.iter().map(of_host).collect())
    }

    /// Lists the hosts a user owns, by id: at most `limit` of them, after the last one of the page before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn of_user(&self, user: UserId, after: Option<HostId>, limit: u64) -> Result<Vec<HostId>, Error> {
        Ok(hosts::hosts_of_user(&self.database.read().await?, user, after.unwrap_or(BEFORE_ALL), limit).await?)
    }

    /// Lists the hosts that the members of a group own, those of groups nested in it and provisioned members of a native one too,
    /// paged like [`Hosts::of_user`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn of_group(&self, group: GroupId, after: Option<HostId>, limit: u64) -> Result<Vec<HostId>, Error> {
        Ok(hosts::hosts_of_group(&self.database.read().await?, group, after.unwrap_or(BEFORE_ALL), limit).await?)
    }
}

/// Returns the owner of a host.
pub(super) fn end_user_of(host: &HostEndUsers) -> Option<UserId> {
    host.end_users.first()?.scim_user_id.as_deref().and_then(UserId::parse)
}

fn assemble(
    host: HostId,
    addresses: Vec<OtherEmail>,
    owner: Option<&Owner>,
    candidates: &[Candidate],
    assigned: Option<&str>,
) -> HostEndUsers {
    let Some(owner) = owner else {
        let sources: Vec<&str> = addresses.iter().map(|address| address.source.as_str()).collect();
        let ownership = Ownership::without_owner(&sources, candidates, assigned);
        let account = addresses.iter().find(|address| matches!(address.source.as_str(), "idp" | "mdm_idp_accounts"));
        let end_user = EndUser {
            // An assignment says that it is not theirs.
            idp_username: account.filter(|_| assigned.is_none()).map(|account| account.email.clone()),
            other_emails: addresses.clone(),
            ..EndUser::default()
        };
        let is_shared = matches!(ownership, Ownership::Shared { .. });
        let end_users = if addresses.is_empty() || is_shared { vec![] } else { vec![end_user] };
        return HostEndUsers { host, end_users, ownership, addresses };
    };
    let user_name_key = case_fold_address(&owner.user_name);
    let other = |address: &&OtherEmail| case_fold_address(&address.email) != user_name_key;
    let advice = (owner.given_name.is_none() && owner.family_name.is_none()).then_some(NAME_ADVICE);
    let shown = ShownUser::of(owner);
    let end_user = EndUser {
        scim_user_id: Some(shown.scim_user_id),
        idp_id: shown.idp_id,
        idp_username: shown.idp_username,
        idp_full_name: shown.idp_full_name,
        idp_groups: shown.idp_groups,
        idp_department: shown.idp_department,
        idp_active: Some(shown.idp_active),
        idp_info_updated_at: Some(date::format(owner.since.unwrap_or_default().max(owner.updated_at))),
        other_emails: addresses.iter().filter(other).cloned().collect(),
        given_name: shown.given_name,
        family_name: shown.family_name,
        document: ReadDocument(owner.resource.as_deref().and_then(|text| serde_json::from_str(text).ok())),
    };
    let ownership = Ownership::from_owner(owner, advice);
    HostEndUsers { host, end_users: vec![end_user], ownership, addresses }
}
