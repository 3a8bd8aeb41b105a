//! Which hosts an entry of `scim_changes` may touch, a bounded number at a time.
//!
//! Who owns a host depends on the users who have one of its addresses, now or before a change; what is shown of the owner depends
//! on the owner and the groups above. More hosts than are touched do no harm: they are compared and found to be as they were.

use std::collections::{BTreeMap, BTreeSet};

use entity::scim_change::Model as Entry;
use serde_json::Value;

use super::{
    cause::{Cause, Position},
    owners_in::owners_in,
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

/// Finds the next hosts that are to be compared with what was told of them, at most `limit`; `None` if everything was told.
pub async fn next_touched(
    session: &Session,
    counter: &Counter,
    limit: usize,
) -> Result<Option<(Reached, Touched)>, OperationError> {
    let entries = changes::to_tell(session, counter.told, ENTRIES).await?;
    let Some(first) = entries.first() else { return Ok(None) };
    let targets: Vec<Target> = entries.iter().map(target).collect();
    let reached = |told: i64, position: Option<Position>| Reached {
        told,
        position: position.and_then(|position| serde_json::to_string(&position).ok()),
        swept: counter.swept,
    };
    if counter.position.is_none() {
        let mut together = fitting(&targets);
        while together > 0 {
            let (people, mut touched) = united(&entries[..together], &targets[..together]);
            for (host, cause) in people::hosts_of(session, &people, Position::FIRST.host, limit + 1).await? {
                cause.note(&mut touched, host);
            }
            if touched.len() <= limit {
                let told = entries[together - 1].number.unwrap_or_default();
                return Ok(Some((reached(told, None), with_causes(touched))));
            }
            together /= 2;
        }
    }
    let (number, cause) = (first.number.unwrap_or_default(), Cause::of(first));
    let after = Position::read(counter.position.as_deref());
    let (hosts, last) = match &targets[0] {
        Target::Groups(groups) => owners_in(session, groups, after, limit).await?,
        _ => {
            let (people, _) = united(&entries[..1], &targets[..1]);
            let found = people::hosts_of(session, &people, after.host, limit + 1).await?;
            let hosts: Vec<HostId> = found.into_keys().collect();
            let last = (hosts.len() > limit).then(|| Position { user: 0, host: hosts[limit - 1].0 });
            (hosts.into_iter().take(limit).collect(), last)
        }
    };
    let touched = hosts.into_iter().map(|host| (host, Some(cause.clone()))).collect();
    // The entry is done once all its hosts were told.
    let told = if last.is_some() { counter.told } else { number };
    Ok(Some((reached(told, last), touched)))
}

fn with_causes(touched: BTreeMap<HostId, Cause>) -> Touched {
    touched.into_iter().map(|(host, cause)| (host, Some(cause))).collect()
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
fn united(entries: &[Entry], targets: &[Target]) -> (People, BTreeMap<HostId, Cause>) {
    let (mut people, mut hosts) = (People::default(), BTreeMap::new());
    for (entry, target) in entries.iter().zip(targets) {
        let cause = Cause::of(entry);
        match target {
            Target::Host(host) => cause.note(&mut hosts, *host),
            Target::People(named) => {
                for user in named.users.keys() {
                    let cause = cause.clone().after(people.users.get(user));
                    people.users.insert(*user, cause);
                }
                for key in named.keys.keys() {
                    let cause = cause.clone().after(people.keys.get(key));
                    people.keys.insert(key.clone(), cause);
                }
            }
            Target::NoHost | Target::Groups(_) => {}
        }
    }
    (people, hosts)
}

/// Says what an entry may touch.
fn target(entry: &Entry) -> Target {
    if let Some(host) = entry.host_id {
        return if entry.kind == "host.owner" { Target::NoHost } else { Target::Host(HostId(host)) };
    }
    // An entry that cannot be read must not hold up the others: the sweep finds what it changed.
    let detail: Value = entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let ids =
        |name: &str| -> Vec<i64> { detail[name].as_array().into_iter().flatten().filter_map(Value::as_i64).collect() };
    let cause = Cause::of(entry);
    if let Some(group) = entry.group_id {
        let is_of_members = entry.kind.starts_with("membership.");
        let names = &detail["displayName"];
        // The version before does not say whether a group was renamed.
        let is_renamed = match entry.kind.as_str() {
            "group.renamed" => true,
            "group.changed" => names[0].is_null() || names[0] != names[1],
            _ => false,
        };
        let nested = if is_of_members { ids("groups") } else { vec![] };
        return match (is_renamed, nested.is_empty()) {
            (true, _) => Target::Groups(vec![group]),
            (_, false) => Target::Groups(nested),
            _ if is_of_members => Target::People(People::of_members(&ids("users"), &cause)),
            _ => Target::NoHost,
        };
    }
    let users: Vec<i64> = entry.user_id.into_iter().chain(ids("users")).collect();
    if users.is_empty() {
        return Target::NoHost;
    }
    let keys = detail["keys"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Target::People(People::changed(&users, keys, &cause))
}

/// Finds the next hosts of a sweep, which compares every host without an entry; `None` if all were compared.
///
/// It finds the hosts that were there before anything was told, and what a process of the version before changed without an entry.
pub async fn next_swept(
    session: &Session,
    counter: &Counter,
    limit: usize,
) -> Result<Option<(Reached, Touched)>, OperationError> {
    let Some(swept) = counter.swept else { return Ok(None) };
    let mut hosts = BTreeSet::new();
    for table in ["scim_host_emails", "scim_host_told"] {
        let mut sql = Sql::new(&format!("SELECT DISTINCT h.host_id FROM {table} h WHERE h.host_id > "));
        sql.bind(swept).push(" ORDER BY h.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            hosts.insert(row.try_get::<HostId>("", "host_id")?);
        }
    }
    let hosts: Vec<HostId> = hosts.into_iter().take(limit).collect();
    let swept = if hosts.len() == limit { hosts.last().map(|host| host.0) } else { None };
    let reached = Reached { told: counter.told, position: counter.position.clone(), swept };
    Ok(Some((reached, hosts.into_iter().map(|host| (host, None)).collect())))
}
