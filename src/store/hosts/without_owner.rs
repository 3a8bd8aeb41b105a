//! The hosts that nobody owns.

use super::assigned::IS_SHARED;
use crate::{
    protocol::{host_status::HostStatus, id::HostId},
    store::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql},
};

/// The addresses `h` of hosts, and the keys `k` of users who may own them: the rules of the view, without who comes before whom.
const MAY_OWN: &str = "scim_host_emails h JOIN scim_user_keys k ON k.email_key = h.email_key
     WHERE k.finds_hosts
       AND NOT EXISTS (SELECT 1 FROM scim_host_emails m
         WHERE m.host_id = h.host_id AND m.source_rank <= 0 AND m.source_rank < h.source_rank)
       AND (NOT h.limited OR EXISTS (SELECT 1 FROM scim_host_connections hc
         WHERE hc.host_id = h.host_id AND hc.connection_id = k.connection_id))";

/// Writes the hosts that several people own equally well: somebody may own them, and nobody does.
pub fn ambiguous() -> String {
    format!("SELECT h.host_id FROM {MAY_OWN} EXCEPT SELECT v.host_id FROM host_scim_user v")
}

/// Lists those of some statuses by id, after a host id. A host is known if it has, or had, an address, or has a name.
pub async fn hosts_without_owner(
    session: &Session,
    statuses: &[HostStatus],
    after: HostId,
    limit: u64,
) -> Result<Vec<HostId>, OperationError> {
    let mut sql = Sql::new("SELECT d.host_id");
    from(session, &mut sql, statuses, after);
    sql.push(" ORDER BY d.host_id LIMIT ").bind(limit);
    let rows = session.rows(sql).await?;
    rows.iter().map(|row| Ok(row.try_get("", "host_id")?)).collect()
}

/// Counts those of some statuses.
pub async fn count_without_owner(session: &Session, statuses: &[HostStatus]) -> Result<i64, OperationError> {
    let mut sql = Sql::new("SELECT COUNT(*) AS hosts");
    from(session, &mut sql, statuses, HostId(i64::MIN));
    let row = session.row(sql).await?;
    row.map_or(Ok(0), |row| Ok(row.try_get("", "hosts")?))
}

fn from(session: &Session, sql: &mut Sql, statuses: &[HostStatus], after: HostId) {
    let known = {
        let mut known = Sql::new("(SELECT e.host_id FROM scim_host_emails e WHERE e.host_id > ");
        known.bind(after.0);
        // A host whose addresses were taken back.
        known.push(" UNION SELECT o.host_id FROM scim_hosts o WHERE o.host_id > ").bind(after.0);
        known.push(" UNION SELECT n.host_id FROM scim_host_names n WHERE n.host_id > ").bind(after.0).push(")");
        known
    };
    // PostgreSQL would ask of each host anew who owns it, reading all addresses (over 8 s for 100,000 hosts, 0.4 by EXCEPT, 2026-11-28).
    match session.dialect() {
        Dialect::Postgres => {
            sql.push(" FROM (SELECT x.host_id FROM ").append(&known);
            sql.push(" x EXCEPT SELECT v.host_id FROM host_scim_user v WHERE v.host_id > ").bind(after.0);
            sql.push(" OFFSET 0) d WHERE (");
        }
        _ => {
            sql.push(" FROM ").append(&known);
            sql.push(" d WHERE NOT EXISTS (SELECT 1 FROM host_scim_user v WHERE v.host_id = d.host_id) AND (");
        }
    }
    let candidate = format!("EXISTS (SELECT 1 FROM {MAY_OWN} AND h.host_id = d.host_id)");
    let shared = format!("EXISTS (SELECT 1 FROM scim_host_emails s WHERE s.host_id = d.host_id AND {IS_SHARED})");
    for (at, status) in statuses.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " OR (" });
        match status {
            HostStatus::Ambiguous => _ = sql.push(&candidate),
            HostStatus::Unowned => _ = sql.push("NOT ").push(&candidate).push(" AND NOT ").push(&shared),
            HostStatus::Shared => _ = sql.push(&shared),
            HostStatus::Owned => _ = sql.push("1 = 0"),
        }
        sql.push(")");
    }
    sql.push(")");
}
