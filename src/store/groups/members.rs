//! Membership: rows that are added and removed one by one, whatever the size of the group.

use std::collections::HashSet;

use super::tables::{GROUP_MEMBERS, GroupsOf, MemberTable, USER_MEMBERS, split};
use crate::{
    protocol::{
        connection::ConnectionKind,
        id::{ConnectionId, GroupId},
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

/// Adds those that may be members of the group and are not yet; returns those that were added.
pub async fn insert_members(
    session: &Session,
    of: GroupsOf,
    group: GroupId,
    ids: &[MemberId],
) -> Result<Vec<MemberId>, OperationError> {
    let mut added = Vec::new();
    for (table, ids) in of.split(ids) {
        for chunk in ids.chunks(chunk(session)) {
            let sql = match session.dialect() {
                Dialect::Postgres => insert_into_postgres(table, of.connection, group, chunk),
                _ => insert_those_that_are_none(table, of.connection, group, chunk),
            };
            match changed(session, table, of.connection, group, chunk, sql).await {
                // A member was deleted after it was looked up; on the next attempt it is an unknown member.
                Err(failure) if failure.is_foreign_key_violation() => return Err(OperationError::Overtaken),
                outcome => added.extend(outcome?),
            }
        }
    }
    Ok(added)
}

/// Adds or removes members, and says which of these came or went.
async fn changed(
    session: &Session,
    table: &MemberTable,
    connection: ConnectionId,
    group: GroupId,
    ids: &[i64],
    mut change: Sql,
) -> Result<Vec<MemberId>, OperationError> {
    // Only MySQL cannot say what it wrote.
    if session.dialect() == Dialect::MySql {
        let before = members_among(session, table, connection, group, ids).await?;
        session.run(change).await?;
        let after = members_among(session, table, connection, group, ids).await?;
        return Ok(before.symmetric_difference(&after).copied().collect());
    }
    change.push(&format!(" RETURNING {}", table.column));
    let rows = session.rows(change).await?;
    rows.iter().map(|row| Ok(table.member(row.try_get("", table.column)?))).collect()
}

/// Reads which of these are members.
async fn members_among(
    session: &Session,
    table: &MemberTable,
    connection: ConnectionId,
    group: GroupId,
    ids: &[i64],
) -> Result<HashSet<MemberId>, OperationError> {
    let MemberTable { name, column, .. } = table;
    let mut sql = Sql::new(&format!("SELECT x.{column} FROM {name} x WHERE x.connection_id = "));
    sql.bind(connection.0).push(" AND x.group_id = ").bind(group.0).push(&format!(" AND x.{column}"));
    sql.bind_ids(session.backend(), ids);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(table.member(row.try_get("", column)?))).collect()
}

/// Begins the INSERT of members `m` up to the first value, the connection; and the columns of `m` that come after the group.
fn insert_into(table: &MemberTable) -> (Sql, String) {
    let MemberTable { name, column, connection, .. } = table;
    let (more, selected) = match connection {
        Some(column) => (format!(", {column}"), "m.connection_id, "),
        None => (String::new(), ""),
    };
    let into = Sql::new(&format!("INSERT INTO {name} (connection_id, group_id{more}, {column}) SELECT "));
    (into, format!("{selected}m.id"))
}

fn insert_those_that_are_none(table: &MemberTable, connection: ConnectionId, group: GroupId, ids: &[i64]) -> Sql {
    let MemberTable { name, column, of, is_of, .. } = table;
    let (mut sql, selected) = insert_into(table);
    sql.bind(connection.0).push(", ").bind(group.0);
    sql.push(&format!(", {selected} FROM {of} m WHERE m.connection_id {is_of} ")).bind(connection.0);
    sql.push(" AND m.id IN (").bind_all(ids.iter().copied());
    sql.push(&format!(") AND NOT EXISTS (SELECT 1 FROM {name} x WHERE x.connection_id = "));
    sql.bind(connection.0).push(" AND x.group_id = ").bind(group.0);
    sql.push(&format!(" AND x.{column} = m.id)"));
    sql
}

/// Without statistics, if asked which of them are not members yet, PostgreSQL reads the whole group so far for each new
/// member: 46 s for 50,000 of them (2026-11-26).
fn insert_into_postgres(table: &MemberTable, connection: ConnectionId, group: GroupId, ids: &[i64]) -> Sql {
    let MemberTable { of, is_of, .. } = table;
    let (mut sql, selected) = insert_into(table);
    sql.push("CAST(").bind(connection.0).push(" AS BIGINT), CAST(").bind(group.0).push(" AS BIGINT), ");
    sql.push(&selected).push(" FROM unnest(CAST(").bind(array_of(ids));
    sql.push(&format!(" AS BIGINT[])) AS n(id) JOIN {of} m ON m.id = n.id AND m.connection_id {is_of} "));
    sql.bind(connection.0).push(" ON CONFLICT DO NOTHING");
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

/// Removes those that are members, and returns them.
pub async fn remove_members(
    session: &Session,
    of: GroupsOf,
    group: GroupId,
    ids: &[MemberId],
) -> Result<Vec<MemberId>, OperationError> {
    let (backend, connection) = (session.backend(), of.connection);
    let mut removed = Vec::new();
    for (table, ids) in of.split(ids) {
        let MemberTable { name, column, .. } = table;
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
            removed.extend(changed(session, table, connection, group, chunk, sql).await?);
        }
    }
    Ok(removed)
}

/// Finds which of these may be members.
pub async fn known(session: &Session, of: GroupsOf, ids: &[MemberId]) -> Result<HashSet<MemberId>, OperationError> {
    let backend = session.backend();
    let mut known = HashSet::new();
    let (users, groups) = split(ids);
    for (table, ids) in [(&USER_MEMBERS, users), (&GROUP_MEMBERS, groups)] {
        let is_user = table.of == USER_MEMBERS.of;
        for chunk in ids.chunks(chunk(session)) {
            let mut sql = Sql::new(&format!("SELECT m.id FROM {} m WHERE m.id", table.of));
            sql.bind_ids(backend, chunk);
            if !(is_user && of.kind == ConnectionKind::Native) {
                sql.push(" AND m.connection_id = ").bind(of.connection.0);
            }
            for row in session.rows(sql).await? {
                let id = row.try_get("", "id")?;
                known.insert(table.member(id));
            }
        }
    }
    Ok(known)
}
