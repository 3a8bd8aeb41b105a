//! Which hosts an entry of `scim_changes` may touch, a bounded number at a time.
//!
//! Who owns a host depends on the users who have one of its addresses, now or before a change; what is shown of the owner depends
//! on the owner and the groups above. More hosts than are touched do no harm: they are compared and found to be as they were.

use std::collections::BTreeMap;

use entity::scim_change::Model as Entry;
use serde_json::Value;

use super::{
    cause::{Cause, Position},
    people::{self, People},
};
use crate::{
    protocol::id::HostId,
    store::{
        changes::{self, Counter},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// The number of entries that are looked at together.
const ENTRIES: u64 = 100;
/// The largest number of hosts that are told in one transaction.
pub const HOSTS: usize = 500;
/// The largest number of users, and of addresses, that entries looked at together name; one entry may name as many.
const NAMED: usize = 1000;

/// Hosts, each with what may have changed it; `None` for one that is compared without an entry.
pub type Touched = BTreeMap<HostId, Option<Cause>>;

/// How far the hosts have been told.
#[derive(Debug, Clone)]
pub struct Reached {
    pub told: i64,
    pub position: Option<String>,
    pub swept: Option<i64>,
}

/// What an entry may touch.
enum Target {
    NoHost,
    Host(HostId),
    People(People),
    /// The owners who are in these groups or in groups nested in them.
    Groups(Vec<i64>),
}

/// Finds the next hosts that are to be compared with what was told of them; `None` if there are none.
pub async fn next_touched(session: &Session, counter: &Counter) -> Result<Option<(Reached, Touched)>, OperationError> {
    let entries = changes::after(session, counter.told, ENTRIES).await?;
    let Some(first) = entries.first() else { return sweep(session, counter).await };
    let targets = entries.iter().map(target).collect::<Result<Vec<_>, _>>()?;
    let reached = |told: i64, position: Option<Position>| Reached {
        told,
        position: position.and_then(|position| serde_json::to_string(&position).ok()),
        swept: counter.swept,
    };
    if counter.position.is_none() {
        let mut together = fitting(&targets);
        while together > 0 {
            let (people, mut touched) = united(&entries[..together], &targets[..together]);
            let found = people::hosts_of(session, &people, Position::FIRST.host, HOSTS + 1).await?;
            touched.extend(found.into_iter().map(|(host, cause)| (host, Some(cause))));
            if touched.len() <= HOSTS {
                let told = entries[together - 1].number.unwrap_or_default();
                return Ok(Some((reached(told, None), touched)));
            }
            together /= 2;
        }
    }
    let (number, cause) = (first.number.unwrap_or_default(), Cause::of(first));
    let after = Position::read(counter.position.as_deref());
    let (hosts, last) = match &targets[0] {
        Target::Groups(groups) => people::owners_in(session, groups, after, HOSTS).await?,
        _ => {
            let (people, _) = united(&entries[..1], &targets[..1]);
            let found = people::hosts_of(session, &people, after.host, HOSTS + 1).await?;
            let hosts: Vec<HostId> = found.into_keys().take(HOSTS + 1).collect();
            let last = (hosts.len() > HOSTS).then(|| Position { user: 0, host: hosts[HOSTS - 1].0 });
            (hosts.into_iter().take(HOSTS).collect(), last)
        }
    };
    let touched = hosts.into_iter().map(|host| (host, Some(cause.clone()))).collect();
    // The entry is done when there are no more hosts.
    let told = if last.is_some() { counter.told } else { number };
    Ok(Some((reached(told, last), touched)))
}

/// Says how many of the first entries can be looked at together.
fn fitting(targets: &[Target]) -> usize {
    let (mut users, mut keys) = (0, 0);
    let fits = |target: &&Target| match target {
        Target::NoHost | Target::Host(_) => true,
        Target::Groups(_) => false,
        Target::People(people) => {
            (users, keys) = (users + people.users.len(), keys + people.keys.len());
            users <= NAMED && keys <= NAMED
        }
    };
    targets.iter().take_while(fits).count()
}

/// Puts together what entries touch; a later one is the cause.
fn united(entries: &[Entry], targets: &[Target]) -> (People, Touched) {
    let (mut people, mut hosts) = (People::default(), Touched::new());
    for (entry, target) in entries.iter().zip(targets) {
        let cause = Cause::of(entry);
        match target {
            Target::Host(host) => drop(hosts.insert(*host, Some(cause))),
            Target::People(named) => {
                people.users.extend(named.users.keys().map(|user| (*user, cause.clone())));
                people.keys.extend(named.keys.keys().map(|key| (key.clone(), cause.clone())));
            }
            Target::NoHost | Target::Groups(_) => {}
        }
    }
    (people, hosts)
}

/// Says what an entry may touch, also one of the version before.
fn target(entry: &Entry) -> Result<Target, OperationError> {
    if let Some(host) = entry.host_id {
        return Ok(if entry.kind == "host.owner" { Target::NoHost } else { Target::Host(HostId(host)) });
    }
    let detail: Value = match &entry.detail {
        None => Value::Null,
        Some(text) => {
            serde_json::from_str(text).map_err(|_| OperationError::Corrupt("a change cannot be read".to_owned()))?
        }
    };
    let ids = |names: &[&str]| -> Vec<i64> {
        let lists = names.iter().filter_map(|name| detail[*name].as_array());
        lists.flatten().filter_map(Value::as_i64).collect()
    };
    let cause = Cause::of(entry);
    if let Some(group) = entry.group_id {
        let is_of_members = entry.kind.starts_with("membership.") || entry.kind == "group.members";
        // The version before does not say whether a group was renamed.
        let is_renamed = matches!(entry.kind.as_str(), "group.renamed" | "group.changed");
        let nested = if is_of_members { ids(&["groups", "addedGroups", "removedGroups"]) } else { vec![] };
        return Ok(match (is_renamed, nested.is_empty()) {
            (true, _) => Target::Groups(vec![group]),
            (_, false) => Target::Groups(nested),
            _ if is_of_members => Target::People(People::of_members(&ids(&["users", "added", "removed"]), &cause)),
            _ => Target::NoHost,
        });
    }
    let users: Vec<i64> = entry.user_id.into_iter().chain(ids(&["users"])).collect();
    if users.is_empty() {
        return Ok(Target::NoHost);
    }
    let keys = detail["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Ok(Target::People(People::changed(&users, keys, &cause)))
}

/// Finds the hosts that were there before anything was told.
async fn sweep(session: &Session, counter: &Counter) -> Result<Option<(Reached, Touched)>, OperationError> {
    let Some(swept) = counter.swept else { return Ok(None) };
    let mut sql = Sql::new("SELECT DISTINCT h.host_id FROM scim_host_emails h WHERE h.host_id > ");
    sql.bind(swept).push(" ORDER BY h.host_id LIMIT ").bind(HOSTS as u64);
    let rows = session.rows(sql).await?;
    let hosts = rows.iter().map(|row| row.try_get("", "host_id")).collect::<Result<Vec<HostId>, _>>()?;
    let swept = if hosts.len() == HOSTS { hosts.last().map(|host| host.0) } else { None };
    let reached = Reached { told: counter.told, position: None, swept };
    Ok(Some((reached, hosts.into_iter().map(|host| (host, None)).collect())))
}
