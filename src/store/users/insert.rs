//! A new user: the row, every address that finds it, its place in the count, and the entry that records it.

use std::collections::BTreeMap;

use entity::scim_user;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use super::{
    read::{find_former, former},
    write::{columns, insert_emails, insert_keys},
};
use crate::{
    protocol::{
        id::{ConnectionId, UserId},
        resource::record::UserRecord,
    },
    store::{
        changes::{self, NewChange, UserChange},
        columns::USERS,
        connections,
        counts::{self, Counted},
        dialect::Dialect,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// Inserts a user.
///
/// # Errors
/// [`OperationError::NameTaken`] if another user has the name, or if a former user with the same `externalId` has to be
/// reactivated.
pub async fn insert(
    session: &Session,
    connection: ConnectionId,
    record: &UserRecord,
    now: i64,
) -> Result<UserId, OperationError> {
    if session.dialect() == Dialect::Postgres {
        return insert_into_postgres(session, connection, record, now).await;
    }
    if find_former(session, connection, record).await?.is_some() {
        return Err(OperationError::name_taken(&record.user_name));
    }
    let mut row = columns(record);
    row.connection_id = Set(connection.0);
    row.version = Set(1);
    row.created_at = Set(now);
    row.updated_at = Set(now);
    let inserted = scim_user::Entity::insert(row).exec(session).await;
    let inserted = inserted.map_err(|error| OperationError::from(error).or_name_taken(&record.user_name))?;
    let id = UserId(inserted.last_insert_id);
    session.run(USERS.insert_search_document(session, connection, id.0, &record.search_document)).await?;
    insert_emails(session, connection, id, record).await?;
    insert_keys(session, connection, id, record, &BTreeMap::new()).await?;
    let keys = key_texts(record);
    changes::append(session, Some(connection), NewChange::User(creation(id, record, &keys)), now).await?;
    // This comes last: anyone creating another user meanwhile may have to wait for this row.
    counts::add(session, connection, Counted::Users, 1).await?;
    Ok(id)
}

/// Inserts a user in one statement, for which the others need seven: over a network each costs half a millisecond.
async fn insert_into_postgres(
    session: &Session,
    connection: ConnectionId,
    record: &UserRecord,
    now: i64,
) -> Result<UserId, OperationError> {
    // Locked, because the domains would otherwise be those of when the statement began.
    let mut sql = Sql::new("WITH d AS (SELECT x.domains FROM scim_connections x WHERE x.id = ");
    sql.bind(connection.0).push(" FOR KEY SHARE), ");
    sql.push(
        "u AS (INSERT INTO scim_users (connection_id, user_name, user_name_key, external_id, given_name, family_name,
         formatted_name, display_name, active, department, employee_number, family_name_prefix, display_name_prefix,
         department_prefix, resource, version, created_at, updated_at) SELECT ",
    );
    sql.bind(connection.0).push(", ").bind(&record.user_name).push(", ").bind(&record.user_name_key);
    for text in
        [&record.external_id, &record.given_name, &record.family_name, &record.formatted_name, &record.display_name]
    {
        sql.push(", ").bind(text.clone());
    }
    sql.push(", ").bind(record.active).push(", ").bind(record.department.clone());
    sql.push(", ").bind(record.employee_number.clone());
    for prefix in [&record.family_name_prefix, &record.display_name_prefix, &record.department_prefix] {
        sql.push(", ").bind(prefix);
    }
    sql.push(", ").bind(&record.resource).push(", 1, ");
    sql.bind(now).push(", ").bind(now);
    if let Some(external_id) = record.lasting_id() {
        sql.push(" WHERE NOT EXISTS (SELECT 1 FROM scim_users f WHERE ");
        former(&mut sql, connection, external_id);
        sql.push(")");
    }
    sql.push(" ON CONFLICT DO NOTHING RETURNING id, connection_id), s AS (");
    sql.push("INSERT INTO scim_user_search (user_id, connection_id, document) SELECT u.id, u.connection_id, CAST(");
    sql.bind(&record.search_document).push(" AS jsonb) FROM u), e AS (");
    sql.push(
        "INSERT INTO scim_user_emails (user_id, position, connection_id, email, email_key, type, is_primary)
         SELECT u.id, r.position, u.connection_id, r.email, r.email_key, r.type, r.is_primary
         FROM u CROSS JOIN jsonb_to_recordset(CAST(",
    );
    sql.bind(emails(record).to_string());
    sql.push(" AS jsonb)) AS r(position smallint, email text, email_key text, type text, is_primary boolean)), k AS (");
    sql.push(
        "INSERT INTO scim_user_keys (scim_user_id, email_key, connection_id, match_rank, finds_hosts)
         SELECT u.id, r.email_key, u.connection_id, r.match_rank, (d.domains IS NULL OR d.domains LIKE r.pattern)
         FROM u CROSS JOIN d CROSS JOIN jsonb_to_recordset(CAST(",
    );
    sql.bind(keys(record).to_string());
    sql.push(" AS jsonb)) AS r(email_key text, match_rank smallint, pattern text)), c AS (");
    let keys = key_texts(record);
    let detail = creation(UserId(0), record, &keys).detail().to_string();
    sql.push("INSERT INTO scim_changes (changed_at, request_id, kind, connection_id, user_id, detail) SELECT CAST(");
    sql.bind(now).push(" AS BIGINT), ").push("CAST(").bind(session.request().to_string());
    sql.push(" AS TEXT), 'user.created', u.connection_id, u.id, CAST(").bind(detail);
    sql.push(" AS TEXT) FROM u RETURNING id), n AS (");
    sql.append(&counts::addition(session, connection, Counted::Users, 1));
    sql.push(") SELECT u.id AS user_id, c.id AS change_id FROM u CROSS JOIN c");
    let row = session.row(sql).await?;
    let row = row.ok_or_else(|| OperationError::name_taken(&record.user_name))?;
    session.remember_change(row.try_get("", "change_id")?);
    Ok(UserId(row.try_get("", "user_id")?))
}

/// Returns the change that creates a user; its detail does not name the id.
fn creation<'a>(id: UserId, record: &'a UserRecord, keys: &'a [String]) -> UserChange<'a> {
    UserChange {
        id,
        user_name: &record.user_name,
        external_id: record.external_id.as_deref(),
        was_active: None,
        is_active: Some(record.active),
        attributes: &[],
        keys,
        groups: &[],
    }
}

fn key_texts(record: &UserRecord) -> Vec<String> {
    record.keys().into_iter().map(|(key, _)| key).collect()
}

fn emails(record: &UserRecord) -> Value {
    let emails = record.emails.iter().enumerate().map(|(position, email)| {
        json!({
            "position": position, "email": email.email, "email_key": email.email_key, "type": email.kind,
            "is_primary": email.primary,
        })
    });
    emails.collect()
}

fn keys(record: &UserRecord) -> Value {
    let keys = record.keys().into_iter().map(
        |(key, rank)| json!({ "email_key": key, "match_rank": rank.stored(), "pattern": connections::pattern(&key) }),
    );
    keys.collect()
}
