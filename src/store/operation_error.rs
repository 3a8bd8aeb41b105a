//! Why an operation failed: a protocol error for the client, or a private error that never reaches it.

use std::fmt;

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use super::transient::{Transient, transient};
use crate::protocol::messages::error::ScimError;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The client asked for something it cannot have, and is told why.
    #[error("{0}")]
    Scim(#[from] ScimError),
    /// A statement failed, or no database connection was available.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Another resource has the name. The name is looked up before the write, because PostgreSQL logs the name it refuses.
    #[error("another resource has the name")]
    NameTaken(TakenName),
    /// A user has to leave its groups, but they are not locked. They must be locked before the user; the next attempt does
    /// that.
    #[error("the groups of a user are not locked")]
    GroupsUnlocked,
    /// Another transaction got in between two steps. The next attempt sees what it wrote.
    #[error("overtaken by another transaction")]
    Overtaken,
    /// The system could not supply random bytes.
    #[error("the system gave no randomness")]
    NoRandomness,
    /// A stored value cannot be read.
    #[error("{0}")]
    Corrupt(String),
}

/// A name, which no log may have.
pub struct TakenName(String);

impl TakenName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TakenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TakenName")
    }
}

impl OperationError {
    /// Says whether another attempt may succeed, and which kind of transient error it is.
    pub fn transient(&self) -> Option<Transient> {
        match self {
            Self::Overtaken | Self::GroupsUnlocked => Some(Transient::Conflict),
            Self::Database(error) => transient(error),
            _ => None,
        }
    }

    /// Says whether a row refers to another row that is missing.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))))
    }

    /// Says whether a unique index refused a row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(error)
            if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }

    /// Says that another resource has this name.
    pub fn name_taken(name: &str) -> Self {
        Self::NameTaken(TakenName(name.to_owned()))
    }

    /// Turns a violation of a unique index into [`OperationError::NameTaken`] with this name.
    pub fn or_name_taken(self, name: &str) -> Self {
        if self.is_unique_violation() { Self::name_taken(name) } else { self }
    }

    /// Logs a private error once, and returns what the client is told.
    pub fn to_scim_error(&self) -> ScimError {
        match self {
            Self::Scim(error) => return error.clone(),
            // Operations say which resource that is; here nobody asked.
            Self::NameTaken(_) => return ScimError::uniqueness("another resource has this name already"),
            _ => {}
        }
        let what = match self.transient() {
            None => {
                tracing::error!(error = self.redact(), "an operation failed");
                return ScimError::internal();
            }
            Some(Transient::Conflict) => "gave way to others too often",
            Some(Transient::Unavailable) => "database not available",
        };
        tracing::warn!(error = self.redact(), "{what}");
        ScimError::new(503, "the server is busy: try again shortly")
    }

    /// Writes the error without any values of rows.
    pub fn redact(&self) -> String {
        match self {
            Self::Database(error) => redact(error),
            error => error.to_string(),
        }
    }
}

/// Writes a database error without values: databases quote the row they refuse.
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

/// Returns MySQL's own error number if there is one: its SQLSTATE is HY000 for most errors that matter.
fn code_of(error: &dyn sqlx::error::DatabaseError) -> String {
    #[cfg(feature = "mysql")]
    if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return error.number().to_string();
    }
    error.code().unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_is_in_no_text_that_a_log_may_get() {
        let error = OperationError::name_taken("ava@example.com");
        for text in [format!("{error:?}"), error.to_string(), error.redact()] {
            assert!(!text.contains("ava"), "{text}");
        }
    }
}
