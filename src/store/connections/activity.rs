//! When a connection was last used.

use std::collections::BTreeMap;

use crate::{
    protocol::id::ConnectionId,
    store::{operation_error::OperationError, requests::RequestRecord, session::Session, sql::Sql},
};

/// Remembers when the last of these requests ended, and the last that succeeded. Rows are changed in the order of their ids,
/// so that two processes never wait for each other.
pub async fn note_activity(session: &Session, ended: &[RequestRecord]) -> Result<(), OperationError> {
    let mut last: BTreeMap<ConnectionId, (i64, Option<i64>)> = BTreeMap::new();
    for record in ended {
        let (request, success) = last.entry(record.connection).or_insert((record.ended_at, None));
        *request = record.ended_at.max(*request);
        if record.status < 400 {
            *success = Some(success.map_or(record.ended_at, |at| at.max(record.ended_at)));
        }
    }
    for (connection, (request, success)) in last {
        let mut sql = Sql::new("UPDATE scim_connection_profiles SET last_request_at = ");
        sql.bind(request);
        if let Some(success) = success {
            sql.push(", last_success_at = ").bind(success);
        }
        sql.push(" WHERE connection_id = ").bind(connection.0);
        session.run(sql).await?;
    }
    Ok(())
}
