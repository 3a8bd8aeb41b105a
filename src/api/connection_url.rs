//! The base URL of one connection: `connections/{name}/v2` below the mount, and all of SCIM below that.

use crate::{
    auth::{Principal, Role},
    protocol::{
        connection::{ConnectionState, NATIVE},
        id::ConnectionId,
        messages::error::ScimError,
    },
    provider::{
        Provider,
        connections::{ensure_native, no_such_connection},
    },
};

/// The path of a request that came by a connection's base URL.
#[derive(Debug, PartialEq, Eq)]
pub struct ConnectionUrl {
    pub name: String,
    /// The path below the base URL.
    pub below: String,
}

impl ConnectionUrl {
    /// Splits a path below the mount; `None` if it does not lead through a connection.
    pub fn parse(path: &str) -> Option<Self> {
        // A base URL that ends with a slash leads to a double slash.
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let is = |segment: Option<&str>, word: &str| segment.is_some_and(|found| found.eq_ignore_ascii_case(word));
        if !is(segments.next(), "connections") {
            return None;
        }
        let name = segments.next()?.to_ascii_lowercase();
        if !is(segments.next(), "v2") {
            return None;
        }
        let below: String = segments.map(|segment| format!("/{segment}")).collect();
        Some(Self { name, below: if below.is_empty() { "/".to_owned() } else { below } })
    }

    /// Finds the connection, if the caller may use it.
    ///
    /// # Errors
    /// 404 for an administrator; 403 for anybody else, whether there is such a connection or not.
    pub async fn connection(&self, provider: &Provider, principal: &Principal) -> Result<ConnectionId, ScimError> {
        let mut found = provider.admission.named(&provider.database, &self.name).await;
        if matches!(found, Ok(None)) && self.name == NATIVE && principal.role == Role::Admin {
            found = ensure_native(provider).await.map(|native| Some(native.id));
        }
        match found.map_err(|error| error.to_scim_error())? {
            Some(connection) if connection == principal.connection || principal.role == Role::Admin => Ok(connection),
            None if principal.role == Role::Admin => Err(no_such_connection()),
            _ => Err(ScimError::new(403, "the token is of another connection than this base URL")),
        }
    }
}

/// Refuses the clients of a connection that does not serve.
///
/// # Errors
/// 503 for a connection that is paused, 403 for one that is detached or being deleted.
pub fn check_state(state: ConnectionState) -> Result<(), ScimError> {
    match state {
        ConnectionState::Live => Ok(()),
        ConnectionState::Paused => Err(ScimError::new(
            503,
            "the connection is paused by an administrator of the host server: resume it, then provision again",
        )),
        ConnectionState::Detached => Err(ScimError::new(
            403,
            "the connection is detached: its users and groups are kept as they are, and its identity provider may not change them",
        )),
        ConnectionState::Deleting => Err(ScimError::new(403, "the connection is being deleted")),
    }
}

pub fn too_many_requests() -> ScimError {
    ScimError::new(429, "the connection has had its requests of this second: send this one again in a second")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_split_however_its_slashes_stand() {
        let url = |below: &str| Some(ConnectionUrl { name: "okta".to_owned(), below: below.to_owned() });
        assert_eq!(ConnectionUrl::parse("/connections/okta/v2/Users/1"), url("/Users/1"));
        assert_eq!(ConnectionUrl::parse("/Connections/Okta/V2//Users/"), url("/Users"));
        assert_eq!(ConnectionUrl::parse("/connections/okta/v2"), url("/"));
        for path in
            ["/Users", "/connections", "/connections/okta", "/connections/okta/tokens", "/x/connections/okta/v2"]
        {
            assert_eq!(ConnectionUrl::parse(path), None, "{path}");
        }
    }
}
