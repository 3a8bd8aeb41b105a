//! Membership: rows that come and go one by one, whatever the size of the group.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
};

use futures_util::TryStreamExt;
use sea_orm::{ConnectionTrait, DbBackend, StreamTrait};

use crate::{
    protocol::{
        id::{ConnectionId, GroupId, UserId},
        members::MemberId,
    },
    store::{failure::Failure, sql::Sql},
};

/// Ids of one statement.
const CHUNK: usize = 1000;

/// Users and nested groups apart: each has its table.
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

/// Adds those that are users or groups of the connection and no members yet; answers how many rows came.
pub async fn insert_members(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: GroupId,
    ids: &[MemberId],
) -> Result<u64, Failure> {
    let backend = connection.get_database_backend();
    let bigint = if backend == DbBackend::Postgres { "CAST(? AS BIGINT)" } else { "?" };
    let mut rows = 0;
    for (Table { name, column, of }, ids) in split(ids) {
        for chunk in ids.chunks(CHUNK) {
            let mut sql = Sql::new(&format!(
                "INSERT INTO {name} (connection_id, group_id, {column}) SELECT {bigint}, {bigint}, m.id FROM {of} m WHERE m.connection_id = "
            ));
            sql.value(directory.0)
                .value(group.0)
                .bind(directory.0)
                .push(" AND m.id IN (")
                .bind_all(chunk.iter().copied());
            sql.push(&format!(") AND NOT EXISTS (SELECT 1 FROM {name} x WHERE x.connection_id = "));
            sql.bind(directory.0).push(" AND x.group_id = ").bind(group.0);
            sql.push(&format!(" AND x.{column} = m.id)"));
            rows += match connection.execute_raw(sql.into_statement(backend)).await.map_err(Failure::from) {
                // A member that was deleted after it was seen; run again, it is an unknown member.
                Err(failure) if failure.is_foreign_key_violation() => return Err(Failure::Overtaken),
                outcome => outcome?.rows_affected(),
            };
        }
    }
    Ok(rows)
}

/// Removes those that are members; answers how many rows went.
pub async fn remove_members(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: GroupId,
    ids: &[MemberId],
) -> Result<u64, Failure> {
    let backend = connection.get_database_backend();
    let mut rows = 0;
    for (Table { name, column, .. }, ids) in split(ids) {
        for chunk in ids.chunks(CHUNK) {
            let mut sql = Sql::new(&format!("DELETE FROM {name} WHERE connection_id = "));
            sql.bind(directory.0).push(" AND group_id = ").bind(group.0).push(&format!(" AND {column} IN ("));
            sql.bind_all(chunk.iter().copied()).push(")");
            rows += connection.execute_raw(sql.into_statement(backend)).await?.rows_affected();
        }
    }
    Ok(rows)
}

/// Which of these are users or groups of the connection.
pub async fn known(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    ids: &[MemberId],
) -> Result<HashSet<MemberId>, Failure> {
    let backend = connection.get_database_backend();
    let mut known = HashSet::new();
    for (Table { of, .. }, ids) in split(ids) {
        for chunk in ids.chunks(CHUNK) {
            let mut sql = Sql::new(&format!("SELECT m.id FROM {of} m WHERE m.connection_id = "));
            sql.bind(directory.0).push(" AND m.id IN (").bind_all(chunk.iter().copied()).push(")");
            for row in connection.query_all_raw(sql.into_statement(backend)).await? {
                let id = row.try_get("", "id")?;
                known.insert(if of == USERS.of { MemberId::User(UserId(id)) } else { MemberId::Group(GroupId(id)) });
            }
        }
    }
    Ok(known)
}

/// The members of one group, users first, each by id.
pub async fn members(
    connection: &impl StreamTrait,
    directory: ConnectionId,
    group: GroupId,
) -> Result<Vec<MemberId>, Failure> {
    Ok(members_of(connection, directory, &[group]).await?.remove(&group).unwrap_or_default())
}

fn member_id(nested: i32, id: i64) -> MemberId {
    if nested == 0 { MemberId::User(UserId(id)) } else { MemberId::Group(GroupId(id)) }
}

/// The members of several groups in one statement, users first, each by id. They come as rows: MariaDB cuts an aggregate
/// at 1 MiB, about 10,000 members, and only warns. And they are read as they come: a row of the driver takes some 350 bytes.
pub async fn members_of(
    connection: &impl StreamTrait,
    directory: ConnectionId,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, Vec<MemberId>>, Failure> {
    let mut members: HashMap<GroupId, Vec<MemberId>> = HashMap::with_capacity(groups.len());
    if groups.is_empty() {
        return Ok(members);
    }
    let ids = || groups.iter().map(|group| group.0);
    let mut sql =
        Sql::new("SELECT 0 AS nested, x.group_id, x.user_id AS id FROM scim_user_group x WHERE x.connection_id = ");
    sql.bind(directory.0).push(" AND x.group_id IN (").bind_all(ids());
    sql.push(
        ") UNION ALL SELECT 1 AS nested, x.group_id, x.child_id AS id FROM scim_group_group x WHERE x.connection_id = ",
    );
    sql.bind(directory.0).push(" AND x.group_id IN (").bind_all(ids()).push(")");
    let mut rows = pin!(connection.stream_raw(sql.into_statement(connection.get_database_backend())).await?);
    while let Some(row) = rows.try_next().await? {
        let member = member_id(row.try_get_by_index(0)?, row.try_get_by_index(2)?);
        members.entry(GroupId(row.try_get_by_index(1)?)).or_default().push(member);
    }
    members.values_mut().for_each(|members| members.sort_unstable());
    Ok(members)
}

/// Whether a group has more than so many members; never counts further than that.
pub async fn exceeds(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: GroupId,
    bound: u64,
) -> Result<bool, Failure> {
    let mut sql = Sql::new("SELECT ");
    for (at, table) in [USERS.name, GROUPS.name].into_iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " + (" });
        sql.push(&format!("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {table} x WHERE x.connection_id = "));
        sql.bind(directory.0)
            .push(" AND x.group_id = ")
            .bind(group.0)
            .push(" LIMIT ")
            .bind(bound + 1)
            .push(&format!(") p{at})"));
    }
    sql.push(" AS members");
    let row = connection.query_one_raw(sql.into_statement(connection.get_database_backend())).await?;
    let members: i64 = row.map_or(Ok(0), |row| row.try_get("", "members"))?;
    Ok(members.unsigned_abs() > bound)
}

/// The groups a group is a member of, by id.
pub async fn parents_of(
    connection: &impl ConnectionTrait,
    directory: ConnectionId,
    group: i64,
) -> Result<Vec<i64>, Failure> {
    let mut sql = Sql::new("SELECT x.group_id FROM scim_group_group x WHERE x.connection_id = ");
    sql.bind(directory.0).push(" AND x.child_id = ").bind(group).push(" ORDER BY x.group_id");
    let rows = connection.query_all_raw(sql.into_statement(connection.get_database_backend())).await?;
    rows.iter().map(|row| Ok(row.try_get("", "group_id")?)).collect()
}
