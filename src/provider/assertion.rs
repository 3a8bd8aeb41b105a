//! A client that proves itself by an assertion of its identity provider (RFC 7523).

#[cfg(feature = "client-assertion")]
use std::time::Duration;

#[cfg(feature = "client-assertion")]
use tokio::sync::Semaphore;

use super::Provider;
#[cfg(feature = "client-assertion")]
use crate::protocol::assertion::{Assertion, IssuerKeys};
use crate::{
    protocol::{federation::Federation, messages::oauth_error::OAuthError},
    store::operation_error::OperationError,
};

/// How long the host has to hand in the keys of an issuer.
#[cfg(feature = "client-assertion")]
const PATIENCE: Duration = Duration::from_secs(10);

/// The host's fetches of keys that are under way at once: whoever knows a client's id may cause one.
#[cfg(feature = "client-assertion")]
static FETCHES: Semaphore = Semaphore::const_new(8);

/// Checks an assertion with the keys that the host hands in.
///
/// # Errors
/// An error of RFC 6749 inside.
#[cfg(feature = "client-assertion")]
pub async fn check(
    provider: &Provider,
    assertion: &str,
    federation: &Federation,
) -> Result<Result<(), OAuthError>, OperationError> {
    let Some(keys) = &provider.signing_keys else { return Ok(Err(not_taken())) };
    // Before the host asks a network for the keys.
    let assertion = match Assertion::parse(assertion) {
        Ok(assertion) => assertion,
        Err(why) => return Ok(Err(OAuthError::invalid_client(why))),
    };
    let Ok(_place) = FETCHES.try_acquire() else { return Ok(Err(unavailable())) };
    let keys = match tokio::time::timeout(PATIENCE, keys.of_issuer(&federation.issuer)).await {
        Ok(Ok(Some(keys))) => keys,
        Ok(Ok(None)) => {
            return Ok(Err(OAuthError::invalid_client("the host server does not trust the issuer of this client")));
        }
        Ok(Err(error)) => {
            tracing::error!(%error, issuer = federation.issuer, "the keys of an issuer cannot be had");
            return Ok(Err(unavailable()));
        }
        Err(_) => {
            tracing::error!(issuer = federation.issuer, "the keys of an issuer did not come within ten seconds");
            return Ok(Err(unavailable()));
        }
    };
    let Some(keys) = IssuerKeys::parse(&keys) else {
        tracing::error!(issuer = federation.issuer, "the keys of an issuer are no JSON Web Key Set");
        return Ok(Err(unavailable()));
    };
    let checked = assertion.check(&keys, federation, provider.database.now());
    Ok(checked.map_err(OAuthError::invalid_client))
}

/// Says whether assertions can be checked: the host hands in keys.
#[cfg(feature = "client-assertion")]
pub const fn can_check(provider: &Provider) -> bool {
    provider.signing_keys.is_some()
}

/// Says that no assertion can be checked by this build.
#[cfg(not(feature = "client-assertion"))]
pub const fn can_check(_: &Provider) -> bool {
    false
}

/// Refuses every assertion: this build cannot check any.
///
/// # Errors
/// None outside.
#[cfg(not(feature = "client-assertion"))]
pub async fn check(_: &Provider, _: &str, _: &Federation) -> Result<Result<(), OAuthError>, OperationError> {
    Ok(Err(not_taken()))
}

fn not_taken() -> OAuthError {
    OAuthError::invalid_client("this host server takes no client_assertion: make a client with a secret")
}

#[cfg(feature = "client-assertion")]
fn unavailable() -> OAuthError {
    OAuthError {
        status: 503,
        code: "temporarily_unavailable",
        description: "the keys of the issuer cannot be had now: try again shortly".to_owned(),
    }
}
