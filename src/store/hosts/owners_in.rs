//! The hosts whose owner, as it was told, is in a group or in one nested in it.

use std::collections::HashSet;

use super::cause::Position;
use crate::{
    protocol::id::HostId,
    store::{groups, operation_error::OperationError, session::Session, sql::Sql},
};

/// The tables of members that are users.
const MEMBERS: [&str; 2] = ["scim_user_group", "scim_native_group_user"];
/// The number of owners whose groups are looked at together.
const OWNERS: usize = 1000;

/// Finds some of these hosts, at most `limit`; and the last one that was looked at if there may be more.
pub async fn owners_in(
    session: &Session,
    of: &[i64],
    after: Position,
    limit: usize,
) -> Result<(Vec<HostId>, Option<Position>), OperationError> {
    let below = groups::nested_below(session, of).await?;
    match of {
        [group] if below.len() == 1 => members_of(session, *group, after, limit).await,
        _ => members_below(session, &below, after, limit).await,
    }
}

/// The index of the members of one group leads to their hosts.
async fn members_of(
    session: &Session,
    group: i64,
    after: Position,
    limit: usize,
) -> Result<(Vec<HostId>, Option<Position>), OperationError> {
    let mut found: Vec<(i64, HostId)> = Vec::new();
    for table in MEMBERS {
        let mut sql = Sql::new(&format!(
            "SELECT x.user_id, t.host_id FROM {table} x JOIN scim_host_told t ON t.user_id = x.user_id WHERE x.group_id = "
        ));
        sql.bind(group).push(" AND x.user_id >= ").bind(after.user);
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

/// Many groups have many members, and some users are in many of them: all owners are gone through once, in their order.
async fn members_below(
    session: &Session,
    groups: &HashSet<i64>,
    after: Position,
    limit: usize,
) -> Result<(Vec<HostId>, Option<Position>), OperationError> {
    let mut sql = Sql::new("SELECT t.user_id, t.host_id FROM scim_host_told t WHERE t.user_id >= ");
    sql.bind(after.user).push(" AND (t.user_id > ").bind(after.user).push(" OR t.host_id > ").bind(after.host);
    sql.push(") ORDER BY t.user_id, t.host_id LIMIT ").bind(OWNERS as u64);
    let mut owners: Vec<(i64, HostId)> = Vec::new();
    for row in session.rows(sql).await? {
        owners.push((row.try_get("", "user_id")?, row.try_get("", "host_id")?));
    }
    let users: HashSet<i64> = owners.iter().map(|(user, _)| *user).collect();
    let members = members_among(session, groups, &users.into_iter().collect::<Vec<_>>()).await?;
    let (mut hosts, mut last) = (Vec::new(), None);
    for (user, host) in &owners {
        if hosts.len() == limit {
            return Ok((hosts, last));
        }
        last = Some(Position { user: *user, host: host.0 });
        hosts.extend(members.contains(user).then_some(*host));
    }
    Ok((hosts, last.filter(|_| owners.len() == OWNERS)))
}

/// Finds those of these users who are in any of the groups.
async fn members_among(
    session: &Session,
    groups: &HashSet<i64>,
    users: &[i64],
) -> Result<HashSet<i64>, OperationError> {
    let mut members = HashSet::new();
    if users.is_empty() {
        return Ok(members);
    }
    for table in MEMBERS {
        let mut sql = Sql::new(&format!("SELECT x.user_id, x.group_id FROM {table} x WHERE x.user_id"));
        sql.bind_ids(session.backend(), users);
        let take = |row: sea_orm::QueryResult| {
            if groups.contains(&row.try_get("", "group_id")?) {
                members.insert(row.try_get("", "user_id")?);
            }
            Ok(())
        };
        session.each_row(sql, take).await?;
    }
    Ok(members)
}
