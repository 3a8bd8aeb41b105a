//! The errors a client can see; there are no others (RFC 7644 section 3.12 and its Table 9).

use std::{borrow::Cow, fmt};

use serde_json::{Value, json};

use crate::protocol::schema::urn;

/// Why a request was refused, as RFC 7644 Table 9 and RFC 9865 section 2.1 name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScimType {
    /// The filter is malformed, names an unknown attribute or compares what cannot be compared.
    InvalidFilter,
    /// The request asked for more than this service provider does at once.
    TooMany,
    /// Another resource already has the value.
    Uniqueness,
    /// The attribute cannot be changed.
    Mutability,
    /// The body is not what the operation expects.
    InvalidSyntax,
    /// The path of a PATCH operation is malformed.
    InvalidPath,
    /// The path of a PATCH operation matched nothing.
    NoTarget,
    /// A required value is missing, or a value does not fit its attribute.
    InvalidValue,
    /// The request uses a SCIM version that is not supported.
    InvalidVers,
    /// The cursor does not belong to this query (RFC 9865).
    InvalidCursor,
    /// The cursor has expired (RFC 9865).
    ExpiredCursor,
    /// The count exceeds the largest page, or differs from the first query's (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// Returns the name as it appears in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// A protocol error: everything in it is meant for the administrator of the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScimError {
    /// The HTTP status code.
    pub status: u16,
    /// The error's name in RFC 7644 Table 9 or RFC 9865 section 2.1, if it has one.
    pub scim_type: Option<ScimType>,
    /// What went wrong and what to change.
    pub detail: Cow<'static, str>,
}

macro_rules! bad_request {
    ($($(#[$doc:meta])* $name:ident => $scim_type:ident;)*) => {
        $($(#[$doc])*
        #[must_use]
        pub fn $name(detail: impl Into<Cow<'static, str>>) -> Self {
            Self { status: 400, scim_type: Some(ScimType::$scim_type), detail: detail.into() }
        })*
    };
}

impl ScimError {
    /// Creates an error without a `scimType`.
    #[must_use]
    pub fn new(status: u16, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, scim_type: None, detail: detail.into() }
    }

    bad_request! {
        /// Creates a 400 `invalidFilter`.
        invalid_filter => InvalidFilter;
        /// Creates a 400 `tooMany`.
        too_many => TooMany;
        /// Creates a 400 `mutability`.
        mutability => Mutability;
        /// Creates a 400 `invalidSyntax`.
        invalid_syntax => InvalidSyntax;
        /// Creates a 400 `invalidPath`.
        invalid_path => InvalidPath;
        /// Creates a 400 `noTarget`.
        no_target => NoTarget;
        /// Creates a 400 `invalidValue`.
        invalid_value => InvalidValue;
        /// Creates a 400 `invalidVers`.
        invalid_vers => InvalidVers;
        /// Creates a 400 `invalidCursor`.
        invalid_cursor => InvalidCursor;
        /// Creates a 400 `expiredCursor`.
        expired_cursor => ExpiredCursor;
        /// Creates a 400 `invalidCount`.
        invalid_count => InvalidCount;
    }

    /// Creates a 409 `uniqueness`.
    #[must_use]
    pub fn uniqueness(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 409, scim_type: Some(ScimType::Uniqueness), detail: detail.into() }
    }

    /// Creates a 404 for a resource that does not exist.
    #[must_use]
    pub fn not_found(resource_type: &str) -> Self {
        Self::new(404, format!("no {resource_type} has this id: it was never here, or was deleted"))
    }

    /// Builds the error for `/Me` with a token that belongs to no user.
    pub(crate) fn no_user() -> Self {
        Self::new(
            501,
            "/Me is not supported for this token: it belongs to a provisioning client and to no user, so name the user by its id under /Users",
        )
    }

    /// Creates a 500 that does not reveal its cause.
    pub(crate) fn internal() -> Self {
        Self::new(500, "the server failed: its log says why")
    }

    /// Builds the error body of RFC 7644 section 3.12, in which `status` is a string.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({
            "schemas": [urn::ERROR],
            "status": self.status.to_string(),
            "detail": self.detail,
        });
        if let Some(scim_type) = self.scim_type {
            body["scimType"] = scim_type.as_str().into();
        }
        body
    }
}

impl fmt::Display for ScimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.detail)
    }
}

impl std::error::Error for ScimError {}
