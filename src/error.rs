//! What can go wrong on the Rust face.

use sea_orm::DbErr;

use crate::{protocol::error::ScimError, store::operation_error::OperationError};

/// Why a call did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An argument does not fit; the text says which and why.
    #[error("{0}")]
    Invalid(String),
    /// The connection given to [`build`](crate::Builder::build) would not keep what it acknowledges.
    #[error("{found}; {advice}")]
    Unfit {
        /// What was found.
        found: String,
        /// What to do about it.
        advice: &'static str,
    },
    /// The tables are not there.
    #[error("the tables of fleet-scim are not there: call ScimModule::migrate first")]
    NotMigrated,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// What is stored does not read as it was written.
    #[error("{0}")]
    Corrupt(String),
}

impl From<OperationError> for Error {
    fn from(failure: OperationError) -> Self {
        match failure {
            OperationError::Scim(ScimError { detail, .. }) => Self::Invalid(detail.into_owned()),
            OperationError::Database(error) => Self::Database(error),
            other => Self::Corrupt(other.to_string()),
        }
    }
}
