//! Rows that a transaction locks before it changes them.

use super::{operation_error::OperationError, session::Session, sql::Sql};

/// Locks rows of a table in the order of their ids, so that no two transactions wait for each other.
pub async fn lock_rows(session: &Session, table: &str, ids: &[i64]) -> Result<(), OperationError> {
    let mut sql = Sql::new(&format!("SELECT r.id FROM {table} r WHERE r.id"));
    sql.bind_ids(session.backend(), ids).push(" ORDER BY r.id").push(session.dialect().for_update());
    session.rows(sql).await?;
    Ok(())
}
