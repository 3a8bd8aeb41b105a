//! What reports read beside the owners of hosts.

use sea_orm::FromQueryResult;

use super::{addresses::HostAddress, assigned::IS_SHARED, leavers::left, without_owner::ambiguous};
use crate::{
    protocol::id::{HostId, UserId},
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// A person in a report.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Person {
    pub id: UserId,
    pub user_name: String,
    pub external_id: Option<String>,
    pub active: bool,
    pub updated_at: i64,
}

const PERSON: &str = "SELECT u.id, u.user_name, u.external_id, u.active, u.updated_at FROM scim_users u WHERE u.id";

/// Reads people by their ids, by id.
pub async fn people(session: &Session, ids: &[i64]) -> Result<Vec<Person>, OperationError> {
    let mut sql = Sql::new(PERSON);
    sql.bind_ids(session.backend(), ids).push(" ORDER BY u.id");
    session.rows(sql).await?.iter().map(|row| Ok(Person::from_query_result(row, "")?)).collect()
}

/// Lists the active people who own no host by id, after an id.
pub async fn people_without_host(session: &Session, after: i64, limit: u64) -> Result<Vec<Person>, OperationError> {
    let mut sql = Sql::new("SELECT u.id, u.user_name, u.external_id, u.active, u.updated_at FROM ");
    match session.dialect() {
        Dialect::Postgres => {
            sql.push("(SELECT a.id FROM scim_users a WHERE a.active AND a.id > ").bind(after);
            sql.push(
                " EXCEPT SELECT v.scim_user_id FROM host_scim_user v OFFSET 0) p JOIN scim_users u ON u.id = p.id",
            );
        }
        _ => {
            sql.push("scim_users u WHERE u.active AND u.id > ").bind(after);
            sql.push(" AND NOT EXISTS (SELECT 1 FROM host_scim_user v WHERE v.scim_user_id = u.id)");
        }
    }
    sql.push(" ORDER BY u.id LIMIT ").bind(limit);
    session.rows(sql).await?.iter().map(|row| Ok(Person::from_query_result(row, "")?)).collect()
}

/// That nobody has the address `h`.
const UNPROVISIONED: &str =
    "h.source_rank >= 0 AND NOT EXISTS (SELECT 1 FROM scim_user_keys k WHERE k.email_key = h.email_key)";

/// Lists the addresses that nobody has, of as many hosts as `limit`, by host, after a host.
pub async fn unprovisioned(session: &Session, after: HostId, limit: u64) -> Result<Vec<HostAddress>, OperationError> {
    let mut sql = Sql::new("SELECT DISTINCT h.host_id FROM scim_host_emails h WHERE h.host_id > ");
    sql.bind(after.0).push(" AND ").push(UNPROVISIONED).push(" ORDER BY h.host_id LIMIT ").bind(limit);
    let rows = session.rows(sql).await?;
    let hosts = rows.iter().map(|row| row.try_get("", "host_id")).collect::<Result<Vec<i64>, _>>()?;
    if hosts.is_empty() {
        return Ok(vec![]);
    }
    let mut sql =
        Sql::new("SELECT h.host_id, h.source, h.email, h.source_rank FROM scim_host_emails h WHERE h.host_id");
    sql.bind_ids(session.backend(), &hosts).push(" AND ").push(UNPROVISIONED);
    sql.push(" ORDER BY h.host_id, h.source_rank, h.source, h.position");
    session.rows(sql).await?.iter().map(|row| Ok(HostAddress::from_query_result(row, "")?)).collect()
}

/// How long each report is.
#[derive(Debug, Clone, Copy, FromQueryResult)]
pub struct Counts {
    pub known: i64,
    pub owned: i64,
    pub departed: i64,
    pub deleted: i64,
    pub ambiguous: i64,
    pub shared: i64,
    pub active: i64,
    pub with_host: i64,
    pub unprovisioned: i64,
}

/// Counts all of it in one statement.
pub async fn counts(session: &Session) -> Result<Counts, OperationError> {
    let (ambiguous, left) = (ambiguous(), left());
    let sql = Sql::new(&format!(
        "SELECT known.n AS known, o.owned, o.departed, o.with_host, leavers.n AS deleted, ambiguous.n AS ambiguous, shared.n AS shared,
         people.n AS active, unprovisioned.n AS unprovisioned
         FROM (SELECT COUNT(*) AS n FROM (SELECT host_id FROM scim_host_emails UNION SELECT host_id FROM scim_hosts
             UNION SELECT host_id FROM scim_host_names) a) known
         CROSS JOIN (SELECT COUNT(*) AS owned, COUNT(CASE WHEN u.active THEN NULL ELSE 1 END) AS departed,
             COUNT(DISTINCT CASE WHEN u.active THEN u.id END) AS with_host
             FROM host_scim_user v JOIN scim_users u ON u.id = v.scim_user_id) o
         CROSS JOIN (SELECT COUNT(*) AS n {left}) leavers
         CROSS JOIN (SELECT COUNT(*) AS n FROM ({ambiguous}) b) ambiguous
         CROSS JOIN (SELECT COUNT(*) AS n FROM scim_host_emails s WHERE {IS_SHARED}) shared
         CROSS JOIN (SELECT COUNT(*) AS n FROM scim_users u WHERE u.active) people
         CROSS JOIN (SELECT COUNT(DISTINCT h.host_id) AS n FROM scim_host_emails h WHERE {UNPROVISIONED}) unprovisioned"
    ));
    let row = session.row(sql).await?.ok_or_else(|| OperationError::Corrupt("nothing was counted".to_owned()))?;
    Ok(Counts::from_query_result(&row, "")?)
}
