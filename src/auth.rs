//! Authentication: the host knows its tokens, and this library asks it.

use std::{fmt, net::SocketAddr, pin::Pin, sync::Arc};

use crate::protocol::id::ConnectionId;

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Sees `/details`, the state of provisioning, and nothing else.
    Observer,
    /// Reads and writes every user and group of its connection over SCIM, unless that is the native one.
    Maintainer,
    /// The same for every connection, by the base URL of each; makes and changes connections and their tokens.
    Admin,
}

impl Role {
    /// Says whether the role may read and write users and groups.
    #[must_use]
    pub const fn provisions(self) -> bool {
        matches!(self, Self::Maintainer | Self::Admin)
    }
}

/// A caller with a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Principal {
    /// What it may do.
    pub role: Role,
    /// The connection its requests belong to.
    pub connection: ConnectionId,
    /// The `userName` of the user that the token belongs to, for `/Me`.
    pub user_name: Option<String>,
    /// Who calls, in a word that names no person, such as `token 7`; for the log.
    pub subject: Option<String>,
}

impl Principal {
    /// Creates a caller of the connection `default`.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, connection: ConnectionId::DEFAULT, user_name: None, subject: None }
    }

    /// Moves the caller to another connection, from [`ScimModule::ensure_connection`](crate::ScimModule::ensure_connection).
    #[must_use]
    pub fn of_connection(self, connection: ConnectionId) -> Self {
        Self { connection, ..self }
    }

    /// Says who calls, in a word that names no person: it stands in the log.
    #[must_use]
    pub fn with_subject(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Makes the caller a user of its connection: `/Me` is then that user; for callers without a user it answers 501.
    ///
    /// This does not restrict the role: the token of a maintainer or administrator reads and writes the whole connection, so
    /// do not give one to a person who may not do that.
    #[must_use]
    pub fn as_user(self, user_name: impl Into<String>) -> Self {
        Self { user_name: Some(user_name.into()), ..self }
    }
}

/// The host could not tell whether a token is valid, for instance because its own database is unreachable.
///
/// The client gets 503 with `Retry-After`, because an identity provider that gets 401 stops provisioning. The text is
/// logged, never sent.
#[derive(Debug)]
pub struct AuthenticatorError(Box<dyn std::error::Error + Send + Sync>);

impl AuthenticatorError {
    /// Wraps the error that occurred.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for AuthenticatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AuthenticatorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// Tells whose a bearer token is.
///
/// A token that begins with `fscim_` is one of this library's own ([`ScimModule::connections`](crate::ScimModule::connections))
/// and never comes here: let the host's own begin otherwise.
///
/// Called once for each request, with what stands behind `Bearer`. Such a token has no blanks: make it of letters, digits and
/// `-._~+/=` (RFC 6750 section 2.1), and of 256 random bits. An index over hashes is as good as comparing each: who sees how long
/// it takes learns of the hash, not of the token. The function may ask the database; no transaction of ours is open.
///
/// Keep a hash of each token, never the token, and compare in constant time:
///
/// ```
/// use fleet_scim::{Authenticator, AuthenticatorError, Principal, Role};
/// use sha2::{Digest, Sha256};
/// use subtle::ConstantTimeEq;
///
/// struct Tokens(Vec<([u8; 32], Role)>);
///
/// impl Tokens {
///     fn new(tokens: &[(&str, Role)]) -> Self {
///         Self(tokens.iter().map(|(token, role)| (Sha256::digest(token).into(), *role)).collect())
///     }
/// }
///
/// impl Authenticator for Tokens {
///     async fn authenticate(&self, token: &str) -> Result<Option<Principal>, AuthenticatorError> {
///         let given: [u8; 32] = Sha256::digest(token).into();
///         let mut found = None;
///         for (hash, role) in &self.0 {
///             if bool::from(hash.ct_eq(&given)) {
///                 found = Some(Principal::new(*role));
///             }
///         }
///         Ok(found)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let tokens = Tokens::new(&[("s3cret", Role::Admin)]);
/// assert_eq!(tokens.authenticate("s3cret").await.unwrap().unwrap().role, Role::Admin);
/// assert!(tokens.authenticate("guess").await.unwrap().is_none());
/// # }
/// ```
pub trait Authenticator: Send + Sync + 'static {
    /// Finds the caller that a token belongs to; `None` if the token is not valid (401).
    ///
    /// # Errors
    /// If that cannot be determined at the moment (503).
    fn authenticate(&self, token: &str) -> impl Future<Output = Result<Option<Principal>, AuthenticatorError>> + Send;

    /// Finds the caller of a request. Implement it where the request matters too, such as for tokens that are valid from certain
    /// addresses only; this one asks [`Authenticator::authenticate`].
    ///
    /// # Errors
    /// As [`Authenticator::authenticate`].
    fn authenticate_request(
        &self,
        token: &str,
        _request: &RequestHead,
    ) -> impl Future<Output = Result<Option<Principal>, AuthenticatorError>> + Send {
        self.authenticate(token)
    }
}

/// What is known of a request before its caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestHead {
    /// The method, such as `GET`; `other` for one that is not of SCIM.
    pub method: &'static str,
    /// The path below the mount, as the client sent it.
    pub path: String,
    /// The address it came from; that of the proxy behind one, and `None` if it came by no network.
    pub peer: Option<SocketAddr>,
}

type Authentication = Pin<Box<dyn Future<Output = Result<Option<Principal>, AuthenticatorError>> + Send>>;

/// An [`Authenticator`] with its type erased.
#[derive(Clone)]
pub(crate) struct Authenticate(Arc<dyn Fn(String, RequestHead) -> Authentication + Send + Sync>);

impl Authenticate {
    pub fn new(authenticator: impl Authenticator) -> Self {
        let authenticator = Arc::new(authenticator);
        Self(Arc::new(move |token, request| {
            let authenticator = authenticator.clone();
            Box::pin(async move { authenticator.authenticate_request(&token, &request).await })
        }))
    }

    pub async fn principal(&self, token: &str, request: RequestHead) -> Result<Option<Principal>, AuthenticatorError> {
        (self.0)(token.to_owned(), request).await
    }
}

impl fmt::Debug for Authenticate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticate")
    }
}
