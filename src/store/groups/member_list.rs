//! The members of groups.

use std::collections::HashMap;

use sea_orm::QueryResult;

use super::tables::{GROUP_MEMBERS, GroupsOf, MemberTable};
use crate::{
    protocol::{
        bounds,
        id::{ConnectionId, GroupId, UserId},
        patch::members::MemberId,
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Reads the members of one group, users first, each by id.
pub async fn members(session: &Session, of: GroupsOf, group: GroupId) -> Result<Vec<MemberId>, OperationError> {
    Ok(members_of(session, of, &[group]).await?.remove(&group).unwrap_or_default())
}

fn member_id(nested: i32, id: i64) -> MemberId {
    if nested == 0 { MemberId::User(UserId(id)) } else { MemberId::Group(GroupId(id)) }
}

/// Reads the members of several groups in one statement, users first, each by id.
pub async fn members_of(
    session: &Session,
    of: GroupsOf,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, Vec<MemberId>>, OperationError> {
    read(session, of, groups, None).await
}

/// Like [`members_of`]; `None` if there are more members than a page holds.
pub async fn members_of_page(
    session: &Session,
    of: GroupsOf,
    groups: &[GroupId],
) -> Result<Option<HashMap<GroupId, Vec<MemberId>>>, OperationError> {
    let members = read(session, of, groups, Some(bounds::PAGE_MEMBERS as u64 + 1)).await?;
    let fits = members.values().map(Vec::len).sum::<usize>() <= bounds::PAGE_MEMBERS;
    Ok(fits.then_some(members))
}

/// Members are read as rows: MariaDB cuts an aggregate at 1 MiB, about 10,000 members, and only warns. The rows are handled
/// one at a time, since a row of the driver takes some 350 bytes.
async fn read(
    session: &Session,
    of: GroupsOf,
    groups: &[GroupId],
    limit: Option<u64>,
) -> Result<HashMap<GroupId, Vec<MemberId>>, OperationError> {
    let mut members: HashMap<GroupId, Vec<MemberId>> = HashMap::with_capacity(groups.len());
    if groups.is_empty() {
        return Ok(members);
    }
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let mut sql = Sql::default();
    for (at, MemberTable { name, column, of: members, .. }) in of.tables().iter().enumerate() {
        let (union, nested) = (if at == 0 { "" } else { " UNION ALL " }, i32::from(*members == GROUP_MEMBERS.of));
        sql.push(&format!("{union}SELECT {nested} AS nested, x.group_id, x.{column} AS id FROM {name} x"));
        sql.push(" WHERE x.connection_id = ").bind(of.connection.0);
        sql.push(" AND x.group_id").bind_ids(session.backend(), &ids);
    }
    if let Some(limit) = limit {
        sql.push(" LIMIT ").bind(limit);
    }
    let take = |row: QueryResult| {
        let member = member_id(row.try_get_by_index(0)?, row.try_get_by_index(2)?);
        members.entry(GroupId(row.try_get_by_index(1)?)).or_default().push(member);
        Ok(())
    };
    session.each_row(sql, take).await?;
    members.values_mut().for_each(|members| members.sort_unstable());
    Ok(members)
}

/// Returns how many of these groups, in this order, fit on a page with their members; at least one.
pub async fn fitting(session: &Session, of: GroupsOf, groups: &[GroupId]) -> Result<usize, OperationError> {
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let backend = session.backend();
    let mut counts: HashMap<i64, i64> = HashMap::new();
    for MemberTable { name, .. } in of.tables() {
        let mut sql =
            Sql::new(&format!("SELECT x.group_id, COUNT(*) AS members FROM {name} x WHERE x.connection_id = "));
        sql.bind(of.connection.0).push(" AND x.group_id").bind_ids(backend, &ids).push(" GROUP BY x.group_id");
        for row in session.rows(sql).await? {
            *counts.entry(row.try_get("", "group_id")?).or_default() += row.try_get::<i64>("", "members")?;
        }
    }
    let mut members = 0;
    let fits = |group: &&GroupId| {
        members += counts.get(&group.0).copied().unwrap_or_default().unsigned_abs();
        members <= bounds::PAGE_MEMBERS as u64
    };
    Ok(groups.iter().take_while(fits).count().max(1))
}

/// Says whether a group has more than `bound` members; never counts further than that.
pub async fn exceeds(session: &Session, of: GroupsOf, group: GroupId, bound: u64) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT ");
    for (at, MemberTable { name, .. }) in of.tables().iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " + (" });
        sql.push(&format!("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {name} x WHERE x.connection_id = "));
        sql.bind(of.connection.0)
            .push(" AND x.group_id = ")
            .bind(group.0)
            .push(" LIMIT ")
            .bind(bound + 1)
            .push(&format!(") p{at})"));
    }
    sql.push(" AS members");
    let row = session.row(sql).await?;
    let members: i64 = row.map_or(Ok(0), |row| row.try_get("", "members"))?;
    Ok(members.unsigned_abs() > bound)
}

/// Lists the groups that a group is a member of, by id.
pub async fn parents_of(session: &Session, connection: ConnectionId, group: i64) -> Result<Vec<i64>, OperationError> {
    let mut sql = Sql::new("SELECT x.group_id FROM scim_group_group x WHERE x.connection_id = ");
    sql.bind(connection.0).push(" AND x.child_id = ").bind(group).push(" ORDER BY x.group_id");
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "group_id")?)).collect()
}

/// Reads some members of these groups, by group: users, or nested groups if there is no user.
pub async fn some_members(
    session: &Session,
    of: GroupsOf,
    groups: &[i64],
    limit: u64,
) -> Result<Vec<(i64, Vec<MemberId>)>, OperationError> {
    let mut of_group: Vec<(i64, Vec<MemberId>)> = Vec::new();
    for table in of.tables() {
        let MemberTable { name, column, .. } = table;
        let mut sql = Sql::new(&format!("SELECT x.group_id, x.{column} FROM {name} x WHERE x.connection_id = "));
        sql.bind(of.connection.0).push(" AND x.group_id").bind_ids(session.backend(), groups);
        sql.push(&format!(" ORDER BY x.group_id, x.{column} LIMIT ")).bind(limit);
        for row in session.rows(sql).await? {
            let (group, member) = (row.try_get("", "group_id")?, table.member(row.try_get("", column)?));
            match of_group.last_mut() {
                Some((known, members)) if *known == group => members.push(member),
                _ => of_group.push((group, vec![member])),
            }
        }
        if !of_group.is_empty() {
            break;
        }
    }
    Ok(of_group)
}
