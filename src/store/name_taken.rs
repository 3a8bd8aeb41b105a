//! A name that another resource has.

use super::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::id::ConnectionId;

/// Checks whether a name is taken before it is written: PostgreSQL logs the name that its index refuses. On the other
/// databases the index is enough. `column` is a table's column of names, `except` the resource that is to get the name.
///
/// # Errors
/// [`OperationError::NameTaken`] if another resource has the name.
pub async fn refuse_taken_name(
    session: &Session,
    (table, column): (&str, &str),
    connection: ConnectionId,
    name: &str,
    except: i64,
) -> Result<(), OperationError> {
    if session.dialect() != Dialect::Postgres {
        return Ok(());
    }
    let mut sql = Sql::new(&format!("SELECT 1 AS one FROM {table} o WHERE o.{column} = "));
    sql.bind(name).push(" AND o.connection_id = ").bind(connection.0).push(" AND o.id <> ").bind(except);
    match session.row(sql).await? {
        Some(_) => Err(OperationError::name_taken(name)),
        None => Ok(()),
    }
}
