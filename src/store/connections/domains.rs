//! The address domains of a connection: its users find hosts by these only.
//!
//! Each key of a user says whether it finds hosts. A change of the domains is committed while the connection's row is locked, so
//! after every transaction that was inserting a user. Then the keys are adapted, part by part, each with its users locked. Whoever
//! writes keys reads the domains in that statement, after it has the user's lock. So no key escapes.

use entity::scim_user;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect};

use crate::{
    protocol::{domain::domain_of, id::ConnectionId},
    store::{
        changes::{self, NewChange},
        dialect::Dialect,
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

/// Users whose keys are adapted in one transaction.
const USERS: u64 = 100;

/// The domains of a connection as they are stored, and the last user whose keys were adapted to them.
#[derive(Debug, PartialEq, Eq)]
struct Stored {
    domains: Option<String>,
    after: Option<i64>,
}

/// Sets the domains of a connection, and marks its users for adaptation. An empty list allows any domain.
pub async fn set_domains(
    session: &Session,
    connection: ConnectionId,
    domains: &[String],
) -> Result<(), OperationError> {
    let Some(stored) = read(session, connection, session.dialect().for_update()).await? else { return Ok(()) };
    let domains = (!domains.is_empty()).then(|| format!(" {} ", domains.join(" ")));
    if stored.domains == domains {
        return Ok(());
    }
    let mut sql = Sql::new("UPDATE scim_connections SET domains_after = 0, domains = ");
    sql.bind(domains).push(" WHERE id = ").bind(connection.0);
    session.run(sql).await?;
    Ok(())
}

/// Finds a connection whose users have keys to adapt.
pub async fn with_old_keys(session: &Session) -> Result<Option<ConnectionId>, OperationError> {
    let sql = Sql::new("SELECT c.id FROM scim_connections c WHERE c.domains_after IS NOT NULL ORDER BY c.id LIMIT 1");
    let row = session.row(sql).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?.map(ConnectionId))
}

/// Adapts the keys of some users of a connection.
pub async fn adapt_keys(session: &Session, connection: ConnectionId) -> Result<(), OperationError> {
    let Some(Stored { after: Some(after), .. }) = read(session, connection, "").await? else { return Ok(()) };
    let users = scim_user::Entity::find().select_only().column(scim_user::Column::Id);
    let users = users.filter(scim_user::Column::ConnectionId.eq(connection.0)).filter(scim_user::Column::Id.gt(after));
    let users = users.order_by_asc(scim_user::Column::Id).limit(USERS);
    let users = if session.dialect() == Dialect::Sqlite { users } else { users.lock_exclusive() };
    let users: Vec<i64> = users.into_tuple().all(session).await?;
    let Some(Stored { domains, .. }) = read(session, connection, "").await? else { return Ok(()) };
    if !users.is_empty() {
        let adapted = session.run(adaptation(session, domains.as_deref(), &users)).await?.rows_affected();
        if adapted > 0 {
            changes::append(session, Some(connection), NewChange::UserAddresses(&users), session.now()).await?;
        }
    }
    let still = read(session, connection, weak_lock(session.dialect())).await?;
    if still != Some(Stored { domains, after: Some(after) }) {
        return Err(OperationError::Overtaken);
    }
    let mut sql = Sql::new("UPDATE scim_connections SET domains_after = ");
    sql.bind(users.last().copied()).push(" WHERE id = ").bind(connection.0);
    session.run(sql).await?;
    Ok(())
}

/// Ends a statement that locks a row, but not against those who insert users that refer to it, where there is such a lock.
pub(super) const fn weak_lock(dialect: Dialect) -> &'static str {
    if matches!(dialect, Dialect::Postgres) { " FOR NO KEY UPDATE" } else { dialect.for_update() }
}

fn adaptation(session: &Session, domains: Option<&str>, users: &[i64]) -> Sql {
    let mut finds = Sql::default();
    for domain in domains.unwrap_or_default().split_whitespace() {
        finds.push(" OR email_key LIKE ").bind(format!("%@{domain}"));
    }
    // A user is assigned to a host whatever their addresses.
    let any = if domains.is_none() { "(TRUE" } else { "(SUBSTR(email_key, 1, 3) = 'ID:'" };
    let mut sql = Sql::new("UPDATE scim_user_keys SET finds_hosts = ");
    sql.push(any).append(&finds).push(") WHERE scim_user_id").bind_ids(session.backend(), users);
    sql.push(" AND finds_hosts <> ").push(any).append(&finds).push(")");
    sql
}

/// Writes the value of `finds_hosts` of a key, read from the connection by the statement that writes the key.
pub fn finds_hosts(sql: &mut Sql, connection: ConnectionId, email_key: &str) {
    sql.push("(SELECT c.domains IS NULL OR c.domains LIKE ").bind(pattern(email_key));
    sql.push(" FROM scim_connections c WHERE c.id = ").bind(connection.0).push(")");
}

/// Writes the pattern by which a connection's domains name that of an address.
pub fn pattern(email_key: &str) -> String {
    // An address without a domain is outside all of them: no list has two blanks in a row.
    format!("% {} %", domain_of(email_key).unwrap_or_default())
}

/// Splits the domains as they are stored.
pub fn parse(stored: Option<&str>) -> Vec<String> {
    stored.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

async fn read(session: &Session, connection: ConnectionId, lock: &str) -> Result<Option<Stored>, OperationError> {
    let mut sql = Sql::new("SELECT c.domains, c.domains_after FROM scim_connections c WHERE c.id = ");
    sql.bind(connection.0).push(lock);
    let stored = |row: QueryResult| {
        Ok::<_, OperationError>(Stored {
            domains: row.try_get("", "domains")?,
            after: row.try_get("", "domains_after")?,
        })
    };
    session.row(sql).await?.map(stored).transpose()
}
