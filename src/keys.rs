//! The keys of identity providers that sign assertions: the host fetches them, since this library opens no connection.

use std::{fmt, pin::Pin, sync::Arc};

use crate::auth::AuthenticatorError;

/// Hands in the public keys that identity providers sign assertions with, for OAuth clients that have a
/// [`Federation`](crate::Federation) in place of a secret.
///
/// ```
/// use fleet_scim::{AuthenticatorError, KeySource};
///
/// struct Entra;
///
/// impl KeySource for Entra {
///     async fn keys(&self, issuer: &str) -> Result<Option<String>, AuthenticatorError> {
///         match issuer {
///             // Fetch {issuer}/.well-known/openid-configuration, then its jwks_uri, and keep that for some minutes.
///             "https://login.microsoftonline.com/my-tenant/v2.0" => Ok(Some(r#"{"keys":[]}"#.to_owned())),
///             _ => Ok(None),
///         }
///     }
/// }
/// ```
pub trait KeySource: Send + Sync + 'static {
    /// Returns the JSON Web Key Set (RFC 7517) of an issuer as text; `None` for an issuer whose keys are not trusted (401).
    ///
    /// It is asked for each assertion of a client that is known, and has ten seconds: keep what you fetch for some minutes.
    ///
    /// # Errors
    /// If the keys cannot be had at the moment (503). The text is logged, never sent.
    fn keys(&self, issuer: &str) -> impl Future<Output = Result<Option<String>, AuthenticatorError>> + Send;
}

type Keys = Pin<Box<dyn Future<Output = Result<Option<String>, AuthenticatorError>> + Send>>;

/// A [`KeySource`] with its type erased.
#[derive(Clone)]
pub(crate) struct SigningKeys(Arc<dyn Fn(String) -> Keys + Send + Sync>);

impl SigningKeys {
    pub fn new(source: impl KeySource) -> Self {
        // With both of its features on, which two crates of one host may ask for, jsonwebtoken chooses no implementation and panics. One
        // that the host installed stays.
        _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let source = Arc::new(source);
        Self(Arc::new(move |issuer| {
            let source = source.clone();
            Box::pin(async move { source.keys(&issuer).await })
        }))
    }

    pub async fn of_issuer(&self, issuer: &str) -> Result<Option<String>, AuthenticatorError> {
        (self.0)(issuer.to_owned()).await
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeys")
    }
}
