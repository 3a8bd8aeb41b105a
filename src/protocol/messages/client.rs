//! What an administrator sends about an OAuth client and its secrets, as JSON.

use serde_json::{Map, Value};

use super::connection::{note_and_end, time, unknown};
use crate::protocol::messages::error::ScimError;

/// An OAuth client that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewClient {
    /// For people.
    pub note: String,
    /// When its first secret ends.
    pub secret: NewSecret,
}

/// A secret of a client that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewSecret {
    /// From when on it is refused, in milliseconds since 1970-01-01T00:00:00Z, one to three years from now; two if it is `None`.
    pub expires_at: Option<i64>,
}

impl NewClient {
    /// Reads the body of a POST.
    ///
    /// # Errors
    /// 400 that names the member that does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let (note, expires_at) = note_and_end(body)?;
        Ok(Self { note, secret: NewSecret { expires_at } })
    }
}

impl NewSecret {
    /// Reads the body of a POST.
    ///
    /// # Errors
    /// 400 that names the member that does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut new = Self::default();
        for (key, value) in body {
            match key.as_str() {
                "expiresAt" => new.expires_at = time("expiresAt", &value)?,
                _ => return Err(unknown("expiresAt")),
            }
        }
        Ok(new)
    }
}
