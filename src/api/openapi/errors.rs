//! The errors that each operation can give, with an example of each.

use crate::{
    api::connection_url::too_many_requests,
    protocol::{bounds, messages::error::ScimError, resource::document},
    provider::{self, connections},
};

/// An operation of the document: its method, and its path without the host's prefix.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    pub method: &'a str,
    pub path: &'a str,
}

/// Returns an example of the error with a status; `None` if the operation never gives it.
pub fn example(operation: Operation<'_>, status: &str) -> Option<ScimError> {
    let Operation { method, path } = operation;
    match status {
        "400" => Some(operation.invalid()),
        "401" => {
            Some(ScimError::new(401, "the token is not valid: make a new one and enter it in your identity provider"))
        }
        "403" => (path != "/details")
            .then(|| ScimError::new(403, "the token is an observer's: use one of a maintainer or an administrator")),
        "404" if operation.is_of_connection() => (path != "/connections").then(connections::no_such_connection),
        "404" => operation.kind().map(ScimError::not_found),
        "408" | "413" | "415" if path.ends_with("/rotate") => None,
        "408" => operation.has_body().then(|| ScimError::new(408, "the body did not arrive in time")),
        "409" if path.contains("/tokens") && method == "post" => Some(connections::too_many_tokens()),
        "409" if path.ends_with("/clients") && method == "post" => Some(connections::too_many_clients()),
        "409" if path.ends_with("/secrets") && method == "post" => Some(connections::too_many_secrets()),
        "409" if path == "/connections/{name}" && method == "delete" => Some(connections::not_deletable("default")),
        "409" if path == "/connections/{name}" && method == "patch" => Some(connections::is_always_live()),
        "409" if operation.is_of_connection() => (method == "post" && path == "/connections")
            .then(|| ScimError::uniqueness("there is a connection default already: choose another name")),
        "409" => operation.writes().then(|| operation.taken()),
        "412" if operation.is_of_connection() => None,
        "412" if method == "post" => operation.writes().then(provider::not_absent),
        "412" => operation.is_one().then(|| ScimError::new(412, "the resource has changed since: get it again")),
        "413" => operation.has_body().then(|| {
            let bytes = if operation.of_group() && operation.writes() { bounds::GROUP_BODY } else { bounds::BODY };
            ScimError::new(413, format!("the body is larger than {bytes} bytes"))
        }),
        "415" => operation
            .has_body()
            .then(|| ScimError::new(415, "send application/scim+json or application/json, in UTF-8")),
        "429" => (path != "/details" && !operation.is_of_connection()).then(too_many_requests),
        "500" => Some(ScimError::internal()),
        "501" => (path == "/Me").then(ScimError::no_user),
        "503" if operation.answers_without_database() => {
            Some(ScimError::new(503, "the token cannot be checked just now: try again shortly"))
        }
        "503" => Some(ScimError::new(503, "the server is busy: try again shortly")),
        _ => None,
    }
}

impl Operation<'_> {
    pub fn of_group(self) -> bool {
        self.path.starts_with("/Groups")
    }

    fn is_search(self) -> bool {
        self.path.ends_with("/.search")
    }

    fn has_body(self) -> bool {
        matches!(self.method, "post" | "put" | "patch")
    }

    /// Says whether it creates or changes one resource.
    fn writes(self) -> bool {
        self.has_body() && !self.is_search() && self.path != "/Bulk"
    }

    /// Says whether it is about connections themselves or their tokens.
    pub fn is_of_connection(self) -> bool {
        self.path.starts_with("/connections")
    }

    /// Says whether it is about one user or group, which has a version.
    fn is_one(self) -> bool {
        matches!(self.path, "/Users/{id}" | "/Groups/{id}" | "/Me")
    }

    /// Says whether a failing database is no reason to refuse the request as a whole; the host's token store may be.
    fn answers_without_database(self) -> bool {
        ["/Bulk", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/details"]
            .iter()
            .any(|path| self.path.starts_with(path))
    }

    /// What the path names one of.
    fn kind(self) -> Option<&'static str> {
        match self.path {
            "/Users/{id}" | "/Me" => Some("User"),
            "/Groups/{id}" => Some("Group"),
            "/ResourceTypes/{id}" => Some("ResourceType"),
            "/Schemas/{urn}" => Some("Schema"),
            _ => None,
        }
    }

    fn invalid(self) -> ScimError {
        match (self.method, self.path) {
            ("post", "/connections") => {
                ScimError::invalid_value("name or displayName is missing: name the connection, such as okta")
            }
            ("patch", "/connections/{name}") => ScimError::invalid_value(
                "vendor is one of okta, entra, authentik, keycloak, onelogin, ping, google, other",
            ),
            (
                "post",
                "/connections/{name}/tokens"
                | "/connections/{name}/clients"
                | "/connections/{name}/clients/{id}/secrets",
            ) => ScimError::invalid_value("expiresAt is a time such as 2027-11-28T00:00:00Z, or null for none"),
            ("post", "/connections/{name}/tokens/{id}/rotate") => {
                ScimError::invalid_value("grace is 0 to 2592000 seconds")
            }
            ("post", "/Bulk") => ScimError::invalid_syntax("a Bulk request needs Operations, an array"),
            ("patch", _) => ScimError::no_target("remove needs a path: name the attribute to remove"),
            ("post" | "put", _) if self.writes() => {
                document::missing(if self.of_group() { "displayName" } else { "userName" })
            }
            ("post", _) | ("get", "/Users" | "/Groups") => {
                ScimError::invalid_filter("'and', 'or' or the end is expected at character 19 of the filter")
            }
            _ => ScimError::invalid_value("send one Authorization header, not several"),
        }
    }

    fn taken(self) -> ScimError {
        ScimError::uniqueness(if self.of_group() {
            "another group has this displayName already, in whatever letter case: it has the id group-2, link to it or choose another name"
        } else {
            "another user has this userName already, in whatever letter case: it has the id 4"
        })
    }
}
