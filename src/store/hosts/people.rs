//! The hosts that people may own, or may have owned.

use std::collections::{BTreeMap, HashMap};

use sea_orm::QueryResult;

use super::cause::Cause;
use crate::{
    protocol::id::HostId,
    store::{operation_error::OperationError, session::Session, sql::Sql},
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

/// Finds the first hosts after `after`, by id, that these people may own or may have owned; as many as there are, up to `limit`.
pub async fn hosts_of(
    session: &Session,
    people: &People,
    after: i64,
    limit: usize,
) -> Result<BTreeMap<HostId, Cause>, OperationError> {
    let mut hosts = BTreeMap::new();
    let users: Vec<i64> = people.users.keys().copied().collect();
    if !users.is_empty() {
        let mut sql = Sql::new("SELECT t.host_id, MAX(t.user_id) AS user_id FROM scim_host_told t WHERE t.user_id");
        sql.bind_ids(session.backend(), &users).push(" AND t.host_id > ").bind(after);
        sql.push(" GROUP BY t.host_id ORDER BY t.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.users.get(&row.try_get("", "user_id")?))?;
        }
    }
    // Grouped, for the limit is one of hosts: a host has several addresses, and an address several users.
    if !users.is_empty() && !people.stay {
        let mut sql = Sql::new(
            "SELECT h.host_id, MAX(k.scim_user_id) AS user_id FROM scim_user_keys k
             JOIN scim_host_emails h ON h.email_key = k.email_key WHERE k.scim_user_id",
        );
        sql.bind_ids(session.backend(), &users).push(" AND h.host_id > ").bind(after);
        sql.push(" GROUP BY h.host_id ORDER BY h.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.users.get(&row.try_get("", "user_id")?))?;
        }
    }
    if !people.keys.is_empty() {
        let mut sql =
            Sql::new("SELECT h.host_id, MAX(h.email_key) AS email_key FROM scim_host_emails h WHERE h.email_key IN (");
        sql.bind_all(people.keys.keys()).push(") AND h.host_id > ").bind(after);
        sql.push(" GROUP BY h.host_id ORDER BY h.host_id LIMIT ").bind(limit as u64);
        for row in session.rows(sql).await? {
            add(&mut hosts, &row, people.keys.get(&row.try_get::<String>("", "email_key")?))?;
        }
    }
    while hosts.len() > limit {
        hosts.pop_last();
    }
    Ok(hosts)
}

fn add(hosts: &mut BTreeMap<HostId, Cause>, row: &QueryResult, cause: Option<&Cause>) -> Result<(), OperationError> {
    if let Some(cause) = cause {
        cause.note(hosts, row.try_get("", "host_id")?);
    }
    Ok(())
}
