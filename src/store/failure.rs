//! Why an operation did not happen: a protocol answer, or a private error that never reaches a client.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use super::transient::{Transient, transient};
use crate::protocol::error::ScimError;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Refused(#[from] ScimError),
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Another resource has the name. Asked before it is written: PostgreSQL writes the name it refuses into its own log.
    #[error("another resource has the name")]
    Held,
    /// Another transaction came between two steps; run again, they find what it left.
    #[error("overtaken by another transaction")]
    Overtaken,
    /// The system gave no randomness.
    #[error("a cursor could not be sealed")]
    Unsealed,
    /// What is stored does not read as it was written.
    #[error("{0}")]
    Corrupt(String),
}

impl Failure {
    /// Whether another try may succeed.
    pub fn transient(&self) -> Option<Transient> {
        match self {
            Self::Overtaken => Some(Transient::Conflict),
            Self::Database(error) => transient(error),
            _ => None,
        }
    }

    /// Whether a row names another that is not there.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))))
    }

    /// Whether a unique index refused a row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Held)
            || matches!(self, Self::Database(error)
                if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}

/// The text of a database error without values: databases quote the row they refuse.
pub fn redact(error: &DbErr) -> String {
    let (DbErr::Exec(RuntimeErr::SqlxError(source))
    | DbErr::Query(RuntimeErr::SqlxError(source))
    | DbErr::Conn(RuntimeErr::SqlxError(source))) = error
    else {
        return error.to_string();
    };
    match &**source {
        sqlx::Error::Database(error) => {
            let constraint = error.constraint().unwrap_or_default();
            format!("database error {} {constraint}", code_of(&**error)).trim_end().to_owned()
        }
        error => error.to_string(),
    }
}

/// MySQL's own number where it has one: its SQLSTATE is HY000 for most of what matters.
fn code_of(error: &dyn sqlx::error::DatabaseError) -> String {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return error.number().to_string();
    }
    error.code().unwrap_or_default().into_owned()
}
