//! What an administrator sends about an OAuth client and its secrets, as JSON.

use serde_json::{Map, Value};

use super::{
    connection::{text, unknown},
    token::{note_and_end, time},
};
use crate::protocol::{federation::Federation, messages::error::ScimError};

/// An OAuth client that is to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewClient {
    /// For people.
    pub note: String,
    /// When its first secret ends.
    pub secret: NewSecret,
    /// Whose assertions prove it, for a client that is to have no secret.
    pub federation: Option<Federation>,
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
    pub fn parse(mut body: Map<String, Value>) -> Result<Self, ScimError> {
        let federation = match body.remove("federation") {
            None | Some(Value::Null) => None,
            Some(Value::Object(of)) => Some(federation(of)?),
            Some(_) => return Err(ScimError::invalid_value("federation is an object")),
        };
        if federation.is_some() && body.contains_key("expiresAt") {
            return Err(ScimError::invalid_value("expiresAt is of a secret, and a client with federation has none"));
        }
        let (note, expires_at) = note_and_end(body)?;
        Ok(Self { note, secret: NewSecret { expires_at }, federation })
    }
}

fn federation(body: Map<String, Value>) -> Result<Federation, ScimError> {
    let (mut issuer, mut subject, mut audience) = (String::new(), String::new(), String::new());
    for (key, value) in body {
        match key.as_str() {
            "issuer" => issuer = text("issuer", value)?,
            "subject" => subject = text("subject", value)?,
            "audience" => audience = text("audience", value)?,
            _ => return Err(unknown("issuer, subject and audience")),
        }
    }
    if [&issuer, &subject, &audience].iter().any(|claim| claim.is_empty()) {
        return Err(ScimError::invalid_value(
            "federation has issuer, subject and audience, the claims of the assertions",
        ));
    }
    Ok(Federation { issuer, subject, audience })
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
