//! A name that another resource has.

use sea_orm::ConnectionTrait;

use super::{dialect::Dialect, operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::id::ConnectionId;

/// Asks for a name before it is written: PostgreSQL writes the name that its index refuses into its own log. Elsewhere the
/// index tells by itself. `column` is a table's column of names, `except` the resource that is to have it.
///
/// # Errors
/// [`OperationError::NameTaken`].
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
    match session.query_one_raw(sql.into_statement(session.backend())).await? {
        Some(_) => Err(OperationError::NameTaken(name.to_owned())),
        None => Ok(()),
    }
}
