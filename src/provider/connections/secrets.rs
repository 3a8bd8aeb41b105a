//! The secrets of an OAuth client.

use super::{Provider, lock_for_credentials, no_such_client, no_such_connection, random_token};
use crate::{
    protocol::{
        id::{ClientId, ConnectionId, RequestId, SecretId},
        messages::{client::NewSecret, error::ScimError},
        token::TokenKind,
    },
    store::{
        changes::{self, CredentialKind, NewChange},
        clients::{self, ClientSecret},
        connections,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// A secret that was just made. It cannot be read again.
#[non_exhaustive]
pub struct IssuedSecret {
    /// The secret itself, for the identity provider.
    pub client_secret: String,
    /// What is kept of it.
    pub stored: ClientSecret,
}

impl std::fmt::Debug for IssuedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedSecret").field("stored", &self.stored).finish_non_exhaustive()
    }
}

/// Live secrets of one client: the one in use and its successor.
const SECRETS: usize = 2;
const DAY: i64 = 24 * 3600 * 1000;
/// How long a secret lives, in milliseconds: Microsoft's gallery wants one to three years (2026-11). The ends of that are a day
/// wider, because people enter a date.
const LIVES: std::ops::RangeInclusive<i64> = 364 * DAY..=1097 * DAY;
/// How long it lives unless somebody says.
const LIFE: i64 = 730 * DAY;

/// Makes another secret of a client. Secrets that have expired make room for it.
///
/// # Errors
/// As [`create_client`](super::create_client); 409 for a client with two live secrets, and for one with a federation.
pub async fn add_secret(
    provider: &Provider,
    request: RequestId,
    name: &str,
    id: ClientId,
    new: &NewSecret,
) -> Result<IssuedSecret, OperationError> {
    let end = end_of(new, provider.database.now())?;
    let client_secret = random_token(TokenKind::ClientSecret)?;
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = insert_another(&session, name, id, &client_secret, end).await;
        retry.end(session, outcome).await;
    }
    Ok(IssuedSecret { stored: retry.outcome()?, client_secret })
}

/// Deletes a secret. The access tokens that were given for it end like those of [`delete_client`](super::delete_client).
///
/// # Errors
/// 404.
pub async fn delete_secret(
    provider: &Provider,
    request: RequestId,
    name: &str,
    id: SecretId,
) -> Result<(), OperationError> {
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = revoke(&session, name, id).await;
        retry.end(session, outcome).await;
    }
    let deleted = retry.outcome();
    provider.admission.forget();
    deleted
}

/// Says when a new secret ends.
///
/// # Errors
/// 400 if that is sooner or later than secrets live.
pub(super) fn end_of(new: &NewSecret, now: i64) -> Result<i64, ScimError> {
    let end = new.expires_at.unwrap_or(now.saturating_add(LIFE));
    if !LIVES.contains(&end.saturating_sub(now)) {
        return Err(ScimError::invalid_value(
            "expiresAt is one to three years from now: a client's secret lives so long",
        ));
    }
    Ok(end)
}

async fn insert_another(
    session: &Session,
    name: &str,
    id: ClientId,
    client_secret: &str,
    end: i64,
) -> Result<ClientSecret, OperationError> {
    let connection = lock_for_credentials(session, name).await?;
    let client = clients::by_id(session, connection, id).await?.ok_or_else(no_such_client)?;
    if client.federation.is_some() {
        return Err(ScimError::new(409, "the client proves itself by assertions and has no secret").into());
    }
    let (live, over): (Vec<_>, Vec<_>) =
        client.secrets.into_iter().partition(|secret| secret.expires_at > session.now());
    if live.len() >= SECRETS {
        return Err(too_many_secrets().into());
    }
    for secret in over {
        clients::delete_secret(session, secret.id).await?;
    }
    clients::supersede_secrets(session, id).await?;
    insert_secret(session, connection, id, client_secret, end).await
}

/// Stores a secret of a client.
pub(super) async fn insert_secret(
    session: &Session,
    connection: ConnectionId,
    client: ClientId,
    client_secret: &str,
    end: i64,
) -> Result<ClientSecret, OperationError> {
    let hash = TokenKind::ClientSecret.hash(client_secret);
    let hash = hash.map_err(|_| OperationError::Corrupt("a new secret is damaged".to_owned()))?;
    let last_four = &client_secret[client_secret.len() - 4..];
    let secret = clients::insert_secret(session, client, &hash, last_four, session.now(), end).await?;
    let created = NewChange::CredentialCreated(CredentialKind::Secret, secret.id.0);
    changes::append(session, Some(connection), created, session.now()).await?;
    Ok(secret)
}

async fn revoke(session: &Session, name: &str, id: SecretId) -> Result<(), OperationError> {
    let connection = connections::lock(session, name).await?.ok_or_else(no_such_connection)?.id;
    let clients = clients::of_connection(session, connection).await?;
    if !clients.iter().flat_map(|client| &client.secrets).any(|secret| secret.id == id) {
        return Err(no_such_secret().into());
    }
    clients::delete_secret(session, id).await?;
    let revoked = NewChange::CredentialDeleted(CredentialKind::Secret, id.0);
    Ok(changes::append(session, Some(connection), revoked, session.now()).await?)
}

pub fn too_many_secrets() -> ScimError {
    ScimError::new(409, format!("the client has {SECRETS} live secrets: delete the older one first"))
}

pub fn no_such_secret() -> ScimError {
    ScimError::new(404, "the connection has no client with such a secret")
}
