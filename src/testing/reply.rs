//! What a request was answered with.

use poem::http::HeaderMap;
use serde_json::Value;

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or null if it is not JSON.
    pub body: Value,
}

impl Reply {
    /// Returns a header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Says whether the answer is a SCIM error; anything else that is refused was refused by something in between.
    pub(super) fn is_scim_error(&self) -> bool {
        self.body["schemas"][0] == "urn:ietf:params:scim:api:messages:2.0:Error"
    }

    /// Says in words what was answered.
    pub(super) fn told(&self) -> String {
        match self.body["detail"].as_str() {
            Some(detail) if self.is_scim_error() => format!("{}: {detail}", self.status),
            _ if self.status >= 400 => format!("{}, and not by fleet-scim", self.status),
            _ => self.status.to_string(),
        }
    }
}
