//! The attributes of users that a connection keeps, and how far its users are narrowed to them.
//!
//! A request believes a setting for a second, so one that was under way may write what is not kept any more. Therefore all users
//! are gone through twice: at once, and again when such requests have ended.

use entity::scim_user;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect};

use super::domains::weak_lock;
use crate::{
    protocol::{
        id::{ConnectionId, UserId},
        kept_attributes::KeptAttributes,
    },
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// Users that are narrowed in one transaction.
const USERS: u64 = 50;
/// How long a request may be under way that does not know of a change, in milliseconds.
const UNDER_WAY: i64 = 10 * 60 * 1000;
/// The last user while the last pass is waited for.
const WAITING: i64 = -1;

/// A connection whose users are being narrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowing {
    pub connection: ConnectionId,
    pub kept: KeptAttributes,
    after: i64,
    again_at: Option<i64>,
}

/// Sets which attributes a connection keeps; all if it is `None`.
pub async fn set_attributes(
    session: &Session,
    connection: ConnectionId,
    kept: Option<&KeptAttributes>,
) -> Result<(), OperationError> {
    let names = kept.map(|kept| kept.names().join(" "));
    let mut sql = Sql::new("UPDATE scim_connections SET attributes = ");
    sql.bind(names).push(", attributes_after = ").bind(kept.map(|_| 0_i64));
    sql.push(", attributes_again_at = ").bind(kept.map(|_| session.now() + UNDER_WAY));
    sql.push(" WHERE id = ").bind(connection.0);
    session.run(sql).await?;
    Ok(())
}

/// Finds a connection whose users are to be narrowed.
pub async fn to_narrow(session: &Session) -> Result<Option<Narrowing>, OperationError> {
    let mut sql = Sql::new("WHERE c.attributes IS NOT NULL AND (c.attributes_after >= 0 OR c.attributes_again_at <= ");
    sql.bind(session.now()).push(") ORDER BY c.id LIMIT 1");
    read(session, sql).await
}

/// Locks a connection that is being narrowed. Nobody changes its setting until the transaction ends.
///
/// # Errors
/// [`OperationError::Overtaken`] if another process narrowed some of its users, or the setting changed.
pub async fn lock_narrowing(session: &Session, narrowing: &Narrowing) -> Result<(), OperationError> {
    let mut sql = Sql::new("WHERE c.id = ");
    sql.bind(narrowing.connection.0).push(weak_lock(session.dialect()));
    match read(session, sql).await? {
        Some(found) if found == *narrowing => Ok(()),
        _ => Err(OperationError::Overtaken),
    }
}

/// Lists the next users, in the order of their ids.
pub async fn next_users(session: &Session, narrowing: &Narrowing) -> Result<Vec<UserId>, OperationError> {
    let users = scim_user::Entity::find().select_only().column(scim_user::Column::Id);
    let users = users.filter(scim_user::Column::ConnectionId.eq(narrowing.connection.0));
    let users = users.filter(scim_user::Column::Id.gt(narrowing.after.max(0)));
    let ids: Vec<i64> = users.order_by_asc(scim_user::Column::Id).limit(USERS).into_tuple().all(session).await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Remembers the last user that was narrowed; `None` at the end of a pass.
pub async fn note_narrowed(
    session: &Session,
    narrowing: &Narrowing,
    last: Option<UserId>,
) -> Result<(), OperationError> {
    let begins_last_pass = narrowing.after == WAITING;
    let again_at = narrowing.again_at.filter(|_| !begins_last_pass);
    let after = last.map(|user| user.0).or(again_at.map(|_| WAITING));
    let mut sql = Sql::new("UPDATE scim_connections SET attributes_after = ");
    sql.bind(after).push(", attributes_again_at = ").bind(again_at);
    sql.push(" WHERE id = ").bind(narrowing.connection.0);
    session.run(sql).await?;
    Ok(())
}

async fn read(session: &Session, condition: Sql) -> Result<Option<Narrowing>, OperationError> {
    let mut sql =
        Sql::new("SELECT c.id, c.attributes, c.attributes_after, c.attributes_again_at FROM scim_connections c ");
    sql.append(&condition);
    Ok(session.row(sql).await?.as_ref().map(parse).transpose()?.flatten())
}

fn parse(row: &QueryResult) -> Result<Option<Narrowing>, OperationError> {
    let (kept, after): (Option<String>, Option<i64>) =
        (row.try_get("", "attributes")?, row.try_get("", "attributes_after")?);
    let (Some(kept), Some(after)) = (kept, after) else { return Ok(None) };
    Ok(Some(Narrowing {
        connection: ConnectionId(row.try_get("", "id")?),
        kept: KeptAttributes::from_stored(&kept),
        after,
        again_at: row.try_get("", "attributes_again_at")?,
    }))
}
