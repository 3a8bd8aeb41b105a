//! What an administrator sends about a token, as JSON.

use serde_json::{Map, Value};

use super::connection::{text, unknown};
use crate::protocol::{date, messages::error::ScimError};

/// A token that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewToken {
    /// For people.
    pub note: String,
    /// From when on it is refused, in milliseconds since 1970-01-01T00:00:00Z; never if it is `None`.
    pub expires_at: Option<i64>,
}

impl NewToken {
    /// Reads the body of a POST.
    ///
    /// # Errors
    /// 400 that names the member that does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let (note, expires_at) = note_and_end(body)?;
        Ok(Self { note, expires_at })
    }
}

/// Reads what people write to a credential, and when it ends.
pub(super) fn note_and_end(body: Map<String, Value>) -> Result<(String, Option<i64>), ScimError> {
    let (mut note, mut end) = (String::new(), None);
    for (key, value) in body {
        match key.as_str() {
            "note" if value.is_null() => {}
            "note" => note = text("note", value)?,
            "expiresAt" => end = time("expiresAt", &value)?,
            _ => return Err(unknown("note and expiresAt")),
        }
    }
    Ok((note, end))
}

/// Reads a time, if there is one.
pub(super) fn time(name: &str, value: &Value) -> Result<Option<i64>, ScimError> {
    if value.is_null() {
        return Ok(None);
    }
    let at = value.as_str().and_then(date::parse).ok_or_else(|| {
        ScimError::invalid_value(format!("{name} is a time such as 2027-11-28T00:00:00Z, or null for none"))
    })?;
    Ok(Some(at))
}
