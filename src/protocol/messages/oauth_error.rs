//! Why an OAuth client gets no access token (RFC 6749 section 5.2).

use serde_json::{Value, json};

/// Why a client gets no access token (RFC 6749 section 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    pub status: u16,
    pub code: &'static str,
    pub description: String,
}

impl OAuthError {
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self { status: 400, code: "invalid_request", description: description.into() }
    }

    pub fn invalid_client(description: impl Into<String>) -> Self {
        Self { status: 401, code: "invalid_client", description: description.into() }
    }

    pub fn too_many_failures() -> Self {
        let description = "this client failed ten times within a minute from this address: wait a minute";
        Self { status: 429, code: "invalid_client", description: description.to_owned() }
    }

    pub fn to_json(&self) -> Value {
        json!({ "error": self.code, "error_description": ascii(&self.description) })
    }
}

/// RFC 6749 section 5.2 allows no quotes and no letters outside ASCII in a description.
fn ascii(text: &str) -> String {
    let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    text.chars().map(|c| if allowed(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_the_characters_that_the_standard_allows() {
        let error = OAuthError::invalid_client("a \"b\" \\ ü");
        assert_eq!(error.to_json()["error_description"], "a ?b? ? ?");
    }
}
