//! Access tokens for OAuth clients (RFC 6749 section 4.4).

use super::{Provider, assertion, connections::random_token};
use crate::{
    protocol::{
        connection::ConnectionState,
        date,
        id::{RequestId, SecretId},
        messages::{
            oauth::{Proof, TokenRequest},
            oauth_error::OAuthError,
        },
        token::TokenKind,
    },
    store::{
        access_tokens::{self, AccessToken},
        clients::{self, Client},
        connections,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// How long an access token lives, in seconds: Microsoft's gallery wants one to six hours (2026-11).
pub const LIFE: i64 = 3600;
/// Live access tokens of one client. A client that asks for one with each request loses the oldest.
const LIVE: u64 = 1000;

/// Gives an access token to a client that proves itself.
///
/// # Errors
/// An error of RFC 6749 inside; outside whatever the database has.
pub async fn issue_access_token(
    provider: &Provider,
    request: &TokenRequest,
) -> Result<Result<String, OAuthError>, OperationError> {
    let client = match check(provider, request).await? {
        Ok(client) => client,
        Err(refused) => return Ok(Err(refused)),
    };
    let token = random_token(TokenKind::Access)?;
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = issue(&session, &client, &token).await;
        retry.end(session, outcome).await;
    }
    match retry.outcome() {
        // The secret was deleted in between.
        Err(failure) if failure.is_foreign_key_violation() => Ok(Err(not_valid())),
        outcome => Ok(outcome?.map(|()| token)),
    }
}

/// A client that has proved itself, perhaps by a secret.
struct Known {
    client: Client,
    secret: Option<SecretId>,
}

async fn check(provider: &Provider, request: &TokenRequest) -> Result<Result<Known, OAuthError>, OperationError> {
    let session = provider.database.read().await?;
    let Some(client) = clients::by_client_id(&session, &request.client_id).await? else {
        return Ok(Err(not_valid()));
    };
    match (&request.proof, &client.federation) {
        (Proof::Secret(secret), None) => check_secret(&session, client, secret).await,
        (Proof::Assertion(assertion), Some(federation)) => {
            // The host may ask a network for the keys, and other requests want the session.
            drop(session);
            let checked = assertion::check(provider, assertion, federation).await?;
            Ok(checked.map(|()| Known { client, secret: None }))
        }
        _ => Ok(Err(not_valid())),
    }
}

async fn check_secret(
    session: &Session,
    client: Client,
    secret: &str,
) -> Result<Result<Known, OAuthError>, OperationError> {
    let Ok(hash) = TokenKind::ClientSecret.hash(secret) else { return Ok(Err(not_valid())) };
    let Some(secret) = clients::secret_by_hash(session, client.id, &hash).await? else {
        return Ok(Err(not_valid()));
    };
    if secret.expires_at <= session.now() {
        let end = date::format(secret.expires_at);
        let description =
            format!("the client secret expired at {end}: make a new one, and enter it in your identity provider");
        return Ok(Err(OAuthError::invalid_client(description)));
    }
    Ok(Ok(Known { client, secret: Some(secret.id) }))
}

async fn issue(session: &Session, known: &Known, token: &str) -> Result<Result<(), OAuthError>, OperationError> {
    let Known { client, secret } = known;
    let now = session.now();
    // Locked, so that an administrator who pauses the connection ends this token too.
    if let Some(refused) = refused(connections::lock_state(session, client.connection).await?) {
        return Ok(Err(refused));
    }
    let access = AccessToken { client: client.id, connection: client.connection, expires_at: now + LIFE * 1000 };
    let hash = TokenKind::Access.hash(token);
    let hash = hash.map_err(|_| OperationError::Corrupt("a new access token is damaged".to_owned()))?;
    access_tokens::insert(session, &access, *secret, &hash).await?;
    access_tokens::keep_latest(session, client.id, LIVE).await?;
    if let Some(secret) = secret {
        clients::note_use(session, *secret, now).await?;
    }
    Ok(Ok(()))
}

/// Says why a connection in this state gives no access tokens.
fn refused(state: Option<ConnectionState>) -> Option<OAuthError> {
    match state {
        Some(ConnectionState::Live) => None,
        Some(ConnectionState::Paused) => Some(OAuthError {
            status: 503,
            code: "temporarily_unavailable",
            description: "the connection is paused by an administrator of the host server".to_owned(),
        }),
        _ => Some(OAuthError {
            status: 400,
            code: "unauthorized_client",
            description: "the connection is detached or deleted: its identity provider may not change it".to_owned(),
        }),
    }
}

/// The same for a client that is not there, so that nobody learns which are.
fn not_valid() -> OAuthError {
    OAuthError::invalid_client("the client_id, or what it is proved by, is not valid")
}
