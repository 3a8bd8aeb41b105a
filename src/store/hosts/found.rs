//! Everybody found by the addresses of one host, each with what decides who owns it.

use sea_orm::{FromQueryResult, QueryResult};

use super::owners::{Barred, barred};
use crate::{
    protocol::id::{ConnectionId, HostId, UserId},
    store::{operation_error::OperationError, session::Session, sql::Sql},
};

/// A user found by one address of the host.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Found {
    #[sea_orm(from_alias = "scim_user_id")]
    pub user: UserId,
    #[sea_orm(from_alias = "connection_id")]
    pub connection: ConnectionId,
    pub user_name: String,
    pub active: bool,
    pub source_rank: i16,
    pub source: String,
    pub email: String,
    pub match_rank: i16,
    /// Why the user may not match, if so.
    #[sea_orm(skip)]
    pub barred: Option<Barred>,
}

/// Finds at most `limit` of them, the best first and those who may not match last.
pub async fn found(session: &Session, host: HostId, limit: u64) -> Result<Vec<Found>, OperationError> {
    let mut sql = Sql::new(
        "SELECT k.scim_user_id, k.connection_id, u.user_name, u.active, h.source_rank, h.source, h.email, k.match_rank,
         CASE WHEN h.limited AND l.host_id IS NULL THEN 1 WHEN k.finds_hosts THEN 0 ELSE 2 END AS barred
         FROM scim_host_emails h JOIN scim_user_keys k ON k.email_key = h.email_key JOIN scim_users u ON u.id = k.scim_user_id
         LEFT JOIN scim_host_connections l ON l.host_id = h.host_id AND l.connection_id = k.connection_id WHERE h.host_id = ",
    );
    sql.bind(host.0);
    // In the order of the view: of two addresses of one user, it takes the first key.
    sql.push(
        " ORDER BY barred, h.source_rank, k.match_rank, k.connection_id, h.email_key, h.source, k.scim_user_id LIMIT ",
    );
    sql.bind(limit);
    let rows = session.rows(sql).await?;
    let read = |row: &QueryResult| Ok(Found { barred: barred(row)?, ..Found::from_query_result(row, "")? });
    rows.iter().map(read).collect()
}
