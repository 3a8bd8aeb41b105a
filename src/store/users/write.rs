//! Writes a changed document over the stored one, with everything that finds the user.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

use entity::{scim_user, scim_user_email, scim_user_key};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter,
};

use crate::{
    protocol::{
        assignee::user_key,
        bounds,
        id::{ConnectionId, UserId},
        resource::record::{MatchRank, UserRecord},
    },
    store::{
        changes::{self, Entry},
        columns::USERS,
        connections,
        name_taken::refuse_taken_name,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// The number of rows in one INSERT; SQLite binds 32,766 values at most.
const CHUNK: usize = 500;
/// The table and column of user names.
const NAME: (&str, &str) = ("scim_users", "user_name_key");

/// Writes what differs from `before`, increments the version, and appends the entry that records it, given the former names that
/// were forgotten.
#[expect(clippy::too_many_arguments, reason = "what a row is before and after")]
pub async fn update(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
    before: &UserRecord,
    record: &UserRecord,
    version: i64,
    now: i64,
    entry: impl FnOnce(Vec<String>) -> Entry + Send,
) -> Result<(), OperationError> {
    if before.user_name_key != record.user_name_key {
        refuse_taken_name(session, NAME, connection, &record.user_name_key, id.0).await?;
    }
    if before.emails != record.emails {
        scim_user_email::Entity::delete_many().filter(scim_user_email::Column::UserId.eq(id.0)).exec(session).await?;
        insert_emails(session, connection, id, record).await?;
    }
    let mut forgotten = Vec::new();
    if before.keys() != record.keys() {
        let renamed = before.user_name_key != record.user_name_key;
        let former = renamed.then(|| before.user_name_key.clone());
        forgotten = replace_keys(session, connection, id, record, former, now).await?;
    }
    let mut writes = vec![row(id, record, version, now)];
    if before.search_document != record.search_document {
        writes.push(USERS.update_search_document(session, id.0, &record.search_document));
    }
    let written = changes::append_with(session, writes, vec![entry(forgotten)]).await;
    written.map_err(|error| OperationError::from(error).or_name_taken(&record.user_name))
}

fn row(id: UserId, record: &UserRecord, version: i64, now: i64) -> Sql {
    let mut sql = Sql::new("UPDATE scim_users SET user_name = ");
    sql.bind(&record.user_name).push(", user_name_key = ").bind(&record.user_name_key);
    for (column, text) in [
        ("external_id", &record.external_id),
        ("given_name", &record.given_name),
        ("family_name", &record.family_name),
        ("formatted_name", &record.formatted_name),
        ("display_name", &record.display_name),
        ("department", &record.department),
        ("employee_number", &record.employee_number),
    ] {
        sql.push(&format!(", {column} = ")).bind(text.clone());
    }
    for (column, prefix) in [
        ("family_name_prefix", &record.family_name_prefix),
        ("display_name_prefix", &record.display_name_prefix),
        ("department_prefix", &record.department_prefix),
    ] {
        sql.push(&format!(", {column} = ")).bind(prefix);
    }
    sql.push(", active = ").bind(record.active).push(", resource = ").bind(&record.resource);
    sql.push(", version = ").bind(version).push(", updated_at = ").bind(now).push(" WHERE id = ").bind(id.0);
    sql
}

/// Replaces the addresses that find a user. A former `userName` keeps finding the user, at the last rank, so that a marriage
/// does not orphan a laptop. It is remembered even while it is also an address of the user, for the day when it no longer
/// is. The most recent ones are kept, whatever their age: a host may keep an old address for ever. Returns those that are not.
async fn replace_keys(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
    record: &UserRecord,
    former: Option<String>,
    now: i64,
) -> Result<Vec<String>, OperationError> {
    let of_user = scim_user_key::Column::ScimUserId.eq(id.0);
    let stored = scim_user_key::Entity::find().filter(of_user.clone()).all(session).await?;
    let mut names: Vec<(String, i64)> =
        stored.into_iter().filter_map(|key| Some((key.email_key, key.former_since?))).collect();
    if let Some(former) = former {
        names.retain(|(name, _)| *name != former);
        names.push((former, now));
    }
    names.sort_unstable_by_key(|(_, since)| Reverse(*since));
    let forgotten = names.split_off(bounds::FORMER_USER_NAMES.min(names.len()));
    let replaced = scim_user_key::Column::EmailKey.ne(user_key(id.0));
    scim_user_key::Entity::delete_many().filter(of_user).filter(replaced).exec(session).await?;
    insert_keys(session, connection, id, record, &names.into_iter().collect()).await?;
    Ok(forgotten.into_iter().map(|(name, _)| name).collect())
}

pub(super) async fn insert_keys(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
    record: &UserRecord,
    former: &BTreeMap<String, i64>,
) -> Result<(), OperationError> {
    let mut keys = record.keys();
    let current: HashSet<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    let gone: Vec<_> = former.keys().filter(|name| !current.contains(name.as_str())).cloned().collect();
    keys.extend(gone.into_iter().map(|name| (name, MatchRank::FormerUserName)));
    for chunk in keys.chunks(CHUNK) {
        let mut sql = Sql::new(
            "INSERT INTO scim_user_keys (scim_user_id, email_key, connection_id, match_rank, former_since, finds_hosts) VALUES",
        );
        for (at, (key, rank)) in chunk.iter().enumerate() {
            sql.push(if at == 0 { " (" } else { ", (" }).bind(id.0).push(", ").bind(key).push(", ").bind(connection.0);
            sql.push(", ").bind(rank.stored()).push(", ").bind(former.get(key).copied()).push(", ");
            connections::finds_hosts(&mut sql, connection, key);
            sql.push(")");
        }
        session.run(sql).await?;
    }
    Ok(())
}

pub(super) async fn insert_emails(
    session: &Session,
    connection: ConnectionId,
    id: UserId,
    record: &UserRecord,
) -> Result<(), OperationError> {
    let emails = (0_i16..).zip(&record.emails).map(|(position, email)| scim_user_email::ActiveModel {
        user_id: Set(id.0),
        position: Set(position),
        connection_id: Set(connection.0),
        email: Set(email.email.clone()),
        email_key: Set(email.email_key.clone()),
        kind: Set(email.kind.clone()),
        is_primary: Set(email.primary),
    });
    let emails: Vec<_> = emails.collect();
    for chunk in emails.chunks(CHUNK) {
        scim_user_email::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(session).await?;
    }
    Ok(())
}

pub(super) fn columns(record: &UserRecord) -> scim_user::ActiveModel {
    scim_user::ActiveModel {
        id: NotSet,
        connection_id: NotSet,
        user_name: Set(record.user_name.clone()),
        user_name_key: Set(record.user_name_key.clone()),
        external_id: Set(record.external_id.clone()),
        given_name: Set(record.given_name.clone()),
        family_name: Set(record.family_name.clone()),
        formatted_name: Set(record.formatted_name.clone()),
        display_name: Set(record.display_name.clone()),
        active: Set(record.active),
        department: Set(record.department.clone()),
        employee_number: Set(record.employee_number.clone()),
        family_name_prefix: Set(record.family_name_prefix.clone()),
        display_name_prefix: Set(record.display_name_prefix.clone()),
        department_prefix: Set(record.department_prefix.clone()),
        resource: Set(record.resource.clone()),
        version: NotSet,
        created_at: NotSet,
        updated_at: NotSet,
    }
}
