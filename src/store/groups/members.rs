//! Membership: rows that are added and removed one by one, whatever the size of the group.

use std::collections::{HashMap, HashSet};

use crate::{
    protocol::{
        bounds,
        id::{ConnectionId, GroupId, UserId},
        patch::members::MemberId,
    },
    store::{
        dialect::Dialect,
        operation_error::OperationError,
        session::Session,
        sql::{Sql, array_of},
    },
};

/// Returns how many ids go into one statement: as many parameters, or one array.
fn chunk(session: &Session) -> usize {
    if session.dialect() == Dialect::Postgres { 10_000 } else { 1000 }
}

/// Users and nested groups are kept apart, each in its own table.
struct Table {
    name: &'static str,
    column: &'static str,
    of: &'static str,
}

const USERS: Table = Table { name: "scim_user_group", column: "user_id", of: "scim_users" };
const GROUPS: Table = Table { name: "scim_group_group", column: "child_id", of: "scim_groups" };

fn split(ids: &[MemberId]) -> [(Table, Vec<i64>); 2] {
    let mut users = Vec::new();
    let mut groups = Vec::new();
    for id in ids {
        match id {
            MemberId::User(id) => users.push(id.0),
            MemberId::Group(id) => groups.push(id.0),
        }
    }
    users.sort_unstable();
    groups.sort_unstable();
    [(USERS, users), (GROUPS, groups)]
}

/// Adds those that are users or groups of the connection and not yet members; returns the number of rows added.
pub async fn insert_members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    ids: &[MemberId],
) -> Result<u64, OperationError> {
    let mut rows = 0;
    for (table, ids) in split(ids) {
        for chunk in ids.chunks(chunk(session)) {
            let sql = match session.dialect() {
                Dialect::Postgres => insert_into_postgres(&table, connection, group, chunk),
                _ => insert_those_that_are_none(&table, connection, group, chunk),
            };
            rows += match session.run(sql).await.map_err(OperationError::from) {
                // A member was deleted after it was looked up; on the next attempt it is an unknown member.
                Err(failure) if failure.is_foreign_key_violation() => return Err(OperationError::Overtaken),
                outcome => outcome?.rows_affected(),
            };
        }
    }
    Ok(rows)
}

fn insert_those_that_are_none(table: &Table, connection: ConnectionId, group: GroupId, ids: &[i64]) -> Sql {
    let Table { name, column, of } = table;
    let mut sql = Sql::new(&format!("INSERT INTO {name} (connection_id, group_id, {column}) SELECT "));
    sql.bind(connection.0).push(", ").bind(group.0);
    sql.push(&format!(", m.id FROM {of} m WHERE m.connection_id = ")).bind(connection.0);
    sql.push(" AND m.id IN (").bind_all(ids.iter().copied());
    sql.push(&format!(") AND NOT EXISTS (SELECT 1 FROM {name} x WHERE x.connection_id = "));
    sql.bind(connection.0).push(" AND x.group_id = ").bind(group.0);
    sql.push(&format!(" AND x.{column} = m.id)"));
    sql
}

/// Without statistics, if asked which of them are not members yet, PostgreSQL reads the whole group so far for each new
/// member: 46 s for 50,000 of them (2026-11-26).
fn insert_into_postgres(table: &Table, connection: ConnectionId, group: GroupId, ids: &[i64]) -> Sql {
    let Table { name, column, of } = table;
    let mut sql =
        Sql::new(&format!("INSERT INTO {name} (connection_id, group_id, {column}) SELECT m.connection_id, CAST("));
    sql.bind(group.0).push(" AS BIGINT), m.id FROM unnest(CAST(").bind(array_of(ids));
    sql.push(&format!(" AS BIGINT[])) AS n(id) JOIN {of} m ON m.id = n.id AND m.connection_id = ")).bind(connection.0);
    sql.push(" ON CONFLICT DO NOTHING");
    sql
}

/// Comparing an array with each row of the group costs rows times ids: 50,000 ids against 20,000 members took longer than a
/// statement may (2026-11-27). With a join, each id is looked up.
fn delete_from_postgres(name: &str, column: &str, connection: ConnectionId, group: GroupId, ids: &[i64]) -> Sql {
    let mut sql = Sql::new(&format!("DELETE FROM {name} x USING unnest(CAST("));
    sql.bind(array_of(ids)).push(" AS BIGINT[])) AS n(id) WHERE x.connection_id = ").bind(connection.0);
    sql.push(" AND x.group_id = ").bind(group.0).push(&format!(" AND x.{column} = n.id"));
    sql
}

/// Removes those that are members; returns the number of rows removed.
pub async fn remove_members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    ids: &[MemberId],
) -> Result<u64, OperationError> {
    let backend = session.backend();
    let mut rows = 0;
    for (Table { name, column, .. }, ids) in split(ids) {
        for chunk in ids.chunks(chunk(session)) {
            let sql = match session.dialect() {
                Dialect::Postgres => delete_from_postgres(name, column, connection, group, chunk),
                _ => {
                    let mut sql = Sql::new(&format!("DELETE FROM {name} WHERE connection_id = "));
                    sql.bind(connection.0).push(" AND group_id = ").bind(group.0).push(&format!(" AND {column}"));
                    sql.bind_ids(backend, chunk);
                    sql
                }
            };
            rows += session.run(sql).await?.rows_affected();
        }
    }
    Ok(rows)
}

/// Finds which of these are users or groups of the connection.
pub async fn known(
    session: &Session,
    connection: ConnectionId,
    ids: &[MemberId],
) -> Result<HashSet<MemberId>, OperationError> {
    let backend = session.backend();
    let mut known = HashSet::new();
    for (Table { of, .. }, ids) in split(ids) {
        for chunk in ids.chunks(chunk(session)) {
            let mut sql = Sql::new(&format!("SELECT m.id FROM {of} m WHERE m.connection_id = "));
            sql.bind(connection.0).push(" AND m.id").bind_ids(backend, chunk);
            for row in session.rows(sql).await? {
                let id = row.try_get("", "id")?;
                known.insert(if of == USERS.of { MemberId::User(UserId(id)) } else { MemberId::Group(GroupId(id)) });
            }
        }
    }
    Ok(known)
}

/// Reads the members of one group, users first, each by id.
pub async fn members(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
) -> Result<Vec<MemberId>, OperationError> {
    Ok(members_of(session, connection, &[group]).await?.remove(&group).unwrap_or_default())
}

fn member_id(nested: i32, id: i64) -> MemberId {
    if nested == 0 { MemberId::User(UserId(id)) } else { MemberId::Group(GroupId(id)) }
}

/// Reads the members of several groups in one statement, users first, each by id.
pub async fn members_of(
    session: &Session,
    connection: ConnectionId,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, Vec<MemberId>>, OperationError> {
    read(session, connection, groups, None).await
}

/// Like [`members_of`]; `None` if there are more members than a page holds.
pub async fn members_of_page(
    session: &Session,
    connection: ConnectionId,
    groups: &[GroupId],
) -> Result<Option<HashMap<GroupId, Vec<MemberId>>>, OperationError> {
    let members = read(session, connection, groups, Some(bounds::PAGE_MEMBERS as u64 + 1)).await?;
    let fits = members.values().map(Vec::len).sum::<usize>() <= bounds::PAGE_MEMBERS;
    Ok(fits.then_some(members))
}

/// Members are read as rows: MariaDB cuts an aggregate at 1 MiB, about 10,000 members, and only warns. The rows are handled
/// one at a time, since a row of the driver takes some 350 bytes.
async fn read(
    session: &Session,
    connection: ConnectionId,
    groups: &[GroupId],
    limit: Option<u64>,
) -> Result<HashMap<GroupId, Vec<MemberId>>, OperationError> {
    let mut members: HashMap<GroupId, Vec<MemberId>> = HashMap::with_capacity(groups.len());
    if groups.is_empty() {
        return Ok(members);
    }
    let backend = session.backend();
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let mut sql = Sql::new("SELECT 0 AS nested, x.group_id, x.user_id AS id FROM scim_user_group x");
    sql.push(" WHERE x.connection_id = ").bind(connection.0).push(" AND x.group_id").bind_ids(backend, &ids);
    sql.push(" UNION ALL SELECT 1 AS nested, x.group_id, x.child_id AS id FROM scim_group_group x");
    sql.push(" WHERE x.connection_id = ").bind(connection.0).push(" AND x.group_id").bind_ids(backend, &ids);
    if let Some(limit) = limit {
        sql.push(" LIMIT ").bind(limit);
    }
    let take = |row: sea_orm::QueryResult| {
        let member = member_id(row.try_get_by_index(0)?, row.try_get_by_index(2)?);
        members.entry(GroupId(row.try_get_by_index(1)?)).or_default().push(member);
        Ok(())
    };
    session.each_row(sql, take).await?;
    members.values_mut().for_each(|members| members.sort_unstable());
    Ok(members)
}

/// Returns how many of these groups, in this order, fit on a page with their members; at least one.
pub async fn fitting(session: &Session, connection: ConnectionId, groups: &[GroupId]) -> Result<usize, OperationError> {
    let ids: Vec<i64> = groups.iter().map(|group| group.0).collect();
    let backend = session.backend();
    let mut counts: HashMap<i64, i64> = HashMap::new();
    for table in [USERS.name, GROUPS.name] {
        let mut sql =
            Sql::new(&format!("SELECT x.group_id, COUNT(*) AS members FROM {table} x WHERE x.connection_id = "));
        sql.bind(connection.0).push(" AND x.group_id").bind_ids(backend, &ids).push(" GROUP BY x.group_id");
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
pub async fn exceeds(
    session: &Session,
    connection: ConnectionId,
    group: GroupId,
    bound: u64,
) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT ");
    for (at, table) in [USERS.name, GROUPS.name].into_iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " + (" });
        sql.push(&format!("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {table} x WHERE x.connection_id = "));
        sql.bind(connection.0)
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
