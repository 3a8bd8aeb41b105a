//! The errors of the Rust API.

use sea_orm::DbErr;

use crate::{
    protocol::messages::error::ScimError,
    store::{operation_error::OperationError, transient::transient},
};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument is invalid; the text says which and why.
    #[error("{0}")]
    Invalid(String),
    /// A filter cannot be understood, or asks for too much: 400 with `invalidFilter` or `tooMany`, and what to change.
    #[error("{}", .0.detail)]
    Filter(ScimError),
    /// The database connection given to [`build`](crate::Builder::build) would not keep what it acknowledges.
    #[error("{found}; {advice}")]
    Unfit {
        /// What was found.
        found: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The database cannot be opened.
    #[error("{found}; {advice}")]
    Unreachable {
        /// What was found, and where.
        found: String,
        /// What to do about it.
        advice: String,
    },
    /// The tables do not exist.
    #[error("the tables of fleet-scim are not there: call ScimModule::migrate first")]
    NotMigrated,
    /// Others use up what there is, or the database gave way to another writer too often: the same call may succeed a moment later.
    #[error("{0}")]
    Busy(String),
    /// The changes after a number are kept no longer, or there never was such a number.
    #[error("the changes asked for are not kept, the oldest is {oldest}: read every host anew")]
    ChangesForgotten {
        /// The number of the oldest change that is kept, or that comes next.
        oldest: i64,
    },
    /// A database operation failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Stored data cannot be read as it was written.
    #[error("{0}")]
    Corrupt(String),
}

impl Error {
    /// Says whether the same call may succeed a moment later: the database gave way to another writer, or cannot be reached just
    /// now. This module runs its own transactions again; a host does so with those of its own.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy(_) => true,
            Self::Database(error) => transient(error).is_some(),
            _ => false,
        }
    }
}

impl From<OperationError> for Error {
    fn from(failure: OperationError) -> Self {
        match failure {
            OperationError::Scim(ScimError { detail, status: 503, .. }) => Self::Busy(detail.into_owned()),
            OperationError::Scim(ScimError { detail, .. }) => Self::Invalid(detail.into_owned()),
            failure @ (OperationError::Overtaken | OperationError::GroupsUnlocked) => Self::Busy(failure.to_string()),
            OperationError::Database(error) => Self::Database(error),
            other => Self::Corrupt(other.to_string()),
        }
    }
}
