//! The rows of `scim_host_emails` and `scim_user_keys` by which an assignment decides who owns a host.
//!
//! They are rows of addresses, so that the view needs no other table: a UNION stops what is asked of it from reaching the tables
//! (1 to 3 s for a group of 100, 2026-11).

use std::collections::BTreeSet;

use entity::scim_host_email::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::limits::lock;
use crate::{
    protocol::{
        assignee::{ASSIGNED, ASSIGNED_RANK, SHARED_KEY, user_key},
        id::{HostId, UserId},
    },
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// That the row `s` of an address says that its host is nobody's.
pub const IS_SHARED: &str = "s.source_rank = -1 AND s.email_key = 'SHARED'";

/// Lets a user own a host, or nobody, whatever its addresses. Its row is locked.
///
/// Returns whether there is such a user. Without, nobody owns the host.
pub async fn write(session: &Session, host: HostId, user: Option<UserId>) -> Result<bool, OperationError> {
    let limited = lock(session, &BTreeSet::from([host])).await?.contains(&host);
    clear(session, host).await?;
    let is_there = match user {
        Some(user) => has_key(session, user).await?,
        None => true,
    };
    let email_key = user.map_or_else(|| SHARED_KEY.to_owned(), |user| user_key(user.0));
    let row = ActiveModel {
        host_id: Set(host.0),
        source: Set(ASSIGNED.to_owned()),
        position: Set(0),
        source_rank: Set(ASSIGNED_RANK),
        email: Set(email_key.clone()),
        email_key: Set(email_key),
        limited: Set(limited),
    };
    Entity::insert(row).exec_without_returning(session).await?;
    Ok(is_there)
}

/// Lets the addresses decide again.
pub async fn clear(session: &Session, host: HostId) -> Result<(), OperationError> {
    // The version before took any name for a source.
    let assigned = Condition::any().add(Column::SourceRank.lt(0)).add(Column::Source.eq(ASSIGNED));
    let rows = Entity::delete_many().filter(Column::HostId.eq(host.0)).filter(assigned);
    rows.exec(session).await?;
    Ok(())
}

/// Says whether there is such a user.
pub async fn is_user(session: &Session, user: UserId) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT u.id FROM scim_users u WHERE u.id = ");
    sql.bind(user.0);
    Ok(session.row(sql).await?.is_some())
}

/// Finds the best of the users with an address, a hundred at most.
pub async fn users_at(session: &Session, email_key: &str) -> Result<Vec<UserId>, OperationError> {
    let mut sql = Sql::new("SELECT k.scim_user_id FROM scim_user_keys k WHERE k.finds_hosts AND k.email_key = ");
    sql.bind(email_key).push(" ORDER BY k.match_rank, k.connection_id, k.scim_user_id LIMIT 100");
    session.rows(sql).await?.iter().map(|row| Ok(row.try_get("", "scim_user_id")?)).collect()
}

/// Gives a user the key by which they are assigned, if they exist. It stays: other hosts may have it.
async fn has_key(session: &Session, user: UserId) -> Result<bool, OperationError> {
    let key = user_key(user.0);
    let mut sql = Sql::new(
        "INSERT INTO scim_user_keys (scim_user_id, email_key, connection_id, match_rank, finds_hosts) SELECT u.id, ",
    );
    if session.dialect() == Dialect::Postgres {
        sql.push("CAST(").bind(&key).push(" AS TEXT)");
    } else {
        sql.bind(&key);
    }
    sql.push(", u.connection_id, 0, TRUE FROM scim_users u WHERE u.id = ").bind(user.0);
    sql.push(match session.dialect() {
        Dialect::MariaDb | Dialect::MySql => " ON DUPLICATE KEY UPDATE match_rank = 0, finds_hosts = TRUE",
        Dialect::Sqlite | Dialect::Postgres => {
            " ON CONFLICT (scim_user_id, email_key) DO UPDATE SET match_rank = 0, finds_hosts = TRUE"
        }
    });
    // A user who is deleted in this moment is not there when it is asked again.
    match session.run(sql).await.map_err(OperationError::from) {
        Err(failure) if failure.is_foreign_key_violation() => return Err(OperationError::Overtaken),
        outcome => outcome?,
    };
    let mut sql = Sql::new("SELECT k.match_rank FROM scim_user_keys k WHERE k.scim_user_id = ");
    sql.bind(user.0).push(" AND k.email_key = ").bind(key);
    Ok(session.row(sql).await?.is_some())
}
