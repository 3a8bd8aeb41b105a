//! The hosts that people may own, or may have owned.

use std::collections::{BTreeMap, HashMap};

use sea_orm::QueryResult;

use super::cause::{Cause, Position};
use crate::{
    protocol::id::HostId,
    store::{groups, operation_error::OperationError, session::Session, sql::Sql},
};

/// Users and addresses that changed, each with the change.
#[derive(Debug, Default)]
pub struct People {
    pub users: HashMap<i64, Cause>,
    /// Addresses that found a user before a change or after it.
    pub keys: HashMap<String, Cause>,
    /// Whether the users are only in other groups, so that they own what they owned.
    stay: bool,
}

impl People {
    /// Returns users who may own other hosts now.
    pub fn changed(users: &[i64], keys: impl Iterator<Item = String>, cause: &Cause) -> Self {
        Self {
            users: users.iter().map(|user| (*user, cause.clone())).collect(),
            keys: keys.map(|key| (key, cause.clone())).collect(),
            stay: false,
        }
    }

    /// Returns users who joined a group or left it.
    pub fn of_members(users: &[i64], cause: &Cause) -> Self {
        Self { stay: true, ..Self::changed(users, std::iter::empty(), cause) }
    }
}

/// Finds hosts after `after` that these people may own or may have owned, at least `limit` of them by id if there are as many.
pub async fn hosts_of(
    session: &Session,
    people: &People,
    after: i64,
    limit: usize,
) -> Result<BTreeMap<HostId, Cause>, OperationError> {
    let mut hosts = BTreeMap::new();
    let users: Vec<i64> = people.users.keys().copied().collect();
    if !users.is_empty() {
        let mut sql = Sql::new("SELECT t.host_id, t.user_id FROM scim_host_told t WHERE t.user_id");
        sql.bind_ids(session.backend(), &users).push(" AND t.host_id > ").bind(after);
        sql.push(" ORDER BY t.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.users.get(&row.try_get("", "user_id")?))?;
        }
    }
    if !users.is_empty() && !people.stay {
        let mut sql = Sql::new(
            "SELECT h.host_id, k.scim_user_id FROM scim_user_keys k JOIN scim_host_emails h ON h.email_key = k.email_key
             WHERE k.scim_user_id",
        );
        sql.bind_ids(session.backend(), &users).push(" AND h.host_id > ").bind(after);
        sql.push(" ORDER BY h.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.users.get(&row.try_get("", "scim_user_id")?))?;
        }
    }
    if !people.keys.is_empty() {
        let mut sql = Sql::new("SELECT h.host_id, h.email_key FROM scim_host_emails h WHERE h.email_key IN (");
        sql.bind_all(people.keys.keys()).push(") AND h.host_id > ").bind(after);
        sql.push(" ORDER BY h.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.keys.get(&row.try_get::<String>("", "email_key")?))?;
        }
    }
    Ok(hosts)
}

fn add(hosts: &mut BTreeMap<HostId, Cause>, row: &QueryResult, cause: Option<&Cause>) -> Result<(), OperationError> {
    if let Some(cause) = cause {
        hosts.insert(row.try_get("", "host_id")?, cause.clone());
    }
    Ok(())
}

/// Finds hosts whose owner, as it was told, is in one of these groups or in one nested in them; and the last one if there may be
/// more.
pub(super) async fn owners_in(
    session: &Session,
    of: &[i64],
    after: Position,
    limit: usize,
) -> Result<(Vec<HostId>, Option<Position>), OperationError> {
    let below = groups::nested_below(session, of).await?;
    let mut found: Vec<(i64, HostId)> = Vec::new();
    if below.is_empty() {
        // The groups are gone: who left them has entries before this one.
        return Ok((vec![], None));
    }
    for table in ["scim_user_group", "scim_native_group_user"] {
        let mut sql = Sql::new(&format!(
            "SELECT x.user_id, t.host_id FROM {table} x JOIN scim_host_told t ON t.user_id = x.user_id WHERE x.group_id"
        ));
        sql.bind_ids(session.backend(), &below).push(" AND x.user_id >= ").bind(after.user);
        sql.push(" AND (x.user_id > ").bind(after.user).push(" OR t.host_id > ").bind(after.host);
        sql.push(") ORDER BY x.user_id, t.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            found.push((row.try_get("", "user_id")?, row.try_get("", "host_id")?));
        }
    }
    found.sort_unstable();
    found.truncate(limit);
    let last = found.last().filter(|_| found.len() == limit).map(|(user, host)| Position { user: *user, host: host.0 });
    Ok((found.into_iter().map(|(_, host)| host).collect(), last))
}
