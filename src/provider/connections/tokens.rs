//! The tokens of a connection.

use super::{Provider, lock_for_credentials, no_such_connection, random_token};
use crate::{
    protocol::{
        id::{ConnectionId, RequestId, TokenId},
        messages::{error::ScimError, token::NewToken},
        token::TokenKind,
    },
    store::{
        changes::{self, CredentialKind, NewChange},
        connections,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
        tokens::{self, ConnectionToken, NewTokenRow},
    },
};

/// A token that was just made. It cannot be read again.
#[non_exhaustive]
pub struct IssuedToken {
    /// The token itself, for the identity provider.
    pub token: String,
    /// What is kept of it.
    pub stored: ConnectionToken,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken").field("stored", &self.stored).finish_non_exhaustive()
    }
}

/// Live tokens of one connection: nobody needs more, and each is shown.
const TOKENS: usize = 100;

/// Lists the tokens of a connection, the oldest first.
///
/// # Errors
/// 404.
pub async fn tokens(provider: &Provider, name: &str) -> Result<Vec<ConnectionToken>, OperationError> {
    let session = provider.database.read().await?;
    let connection = connections::by_name(&session, name).await?.ok_or_else(no_such_connection)?;
    tokens::of_connection(&session, connection.id).await
}

/// Makes a token.
///
/// # Errors
/// 400 for an end that is over, 404, 409 for a connection that is being deleted or has a hundred tokens.
pub async fn issue_token(
    provider: &Provider,
    request: RequestId,
    name: &str,
    new: &NewToken,
) -> Result<IssuedToken, OperationError> {
    if new.expires_at.is_some_and(|at| at <= provider.database.now()) {
        return Err(ScimError::invalid_value("expiresAt is over: name a later time, or none").into());
    }
    let text = random_token(TokenKind::Connection)?;
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = insert(&session, name, new, &text).await;
        retry.end(session, outcome).await;
    }
    Ok(IssuedToken { stored: retry.outcome()?, token: text })
}

/// Makes a token in the place of another, which lives on for `grace` milliseconds or until its own end.
///
/// # Errors
/// 404; 409 for a connection that is being deleted or has a hundred tokens.
pub async fn rotate_token(
    provider: &Provider,
    request: RequestId,
    name: &str,
    id: TokenId,
    grace: i64,
) -> Result<IssuedToken, OperationError> {
    let text = random_token(TokenKind::Connection)?;
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = succeed(&session, name, id, grace, &text).await;
        retry.end(session, outcome).await;
    }
    let stored = retry.outcome();
    provider.admission.forget();
    Ok(IssuedToken { stored: stored?, token: text })
}

/// Ends a token at once: here with the answer, in other processes within two seconds.
///
/// # Errors
/// 404.
pub async fn revoke_token(
    provider: &Provider,
    request: RequestId,
    name: &str,
    id: TokenId,
) -> Result<(), OperationError> {
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = delete(&session, name, id).await;
        retry.end(session, outcome).await;
    }
    let revoked = retry.outcome();
    provider.admission.forget();
    revoked
}

async fn insert(session: &Session, name: &str, new: &NewToken, text: &str) -> Result<ConnectionToken, OperationError> {
    let connection = lock_for_credentials(session, name).await?;
    insert_row(session, connection, &new.note, new.expires_at, text).await
}

async fn succeed(
    session: &Session,
    name: &str,
    id: TokenId,
    grace: i64,
    text: &str,
) -> Result<ConnectionToken, OperationError> {
    let connection = lock_for_credentials(session, name).await?;
    let old = tokens::by_id(session, connection, id).await?.ok_or_else(no_such_token)?;
    let end = session.now().saturating_add(grace);
    // The successor lives as long as the old one was meant to live.
    let expires_at = old.expires_at.map(|at| session.now().saturating_add(at - old.created_at));
    tokens::set_end(session, id, old.expires_at.map_or(end, |at| at.min(end))).await?;
    insert_row(session, connection, &old.note, expires_at, text).await
}

async fn delete(session: &Session, name: &str, id: TokenId) -> Result<(), OperationError> {
    let connection = connections::lock(session, name).await?.ok_or_else(no_such_connection)?.id;
    match tokens::delete(session, connection, id).await? {
        true => {
            let revoked = NewChange::CredentialDeleted(CredentialKind::Token, id.0);
            Ok(changes::append(session, Some(connection), revoked, session.now()).await?)
        }
        false => Err(no_such_token().into()),
    }
}

/// Stores a token, if the connection has room for one more.
async fn insert_row(
    session: &Session,
    connection: ConnectionId,
    note: &str,
    expires_at: Option<i64>,
    text: &str,
) -> Result<ConnectionToken, OperationError> {
    if tokens::of_connection(session, connection).await?.len() >= TOKENS {
        return Err(too_many_tokens().into());
    }
    let hash =
        TokenKind::Connection.hash(text).map_err(|_| OperationError::Corrupt("a new token is damaged".to_owned()))?;
    let row = NewTokenRow { hash: &hash, last_four: &text[text.len() - 4..], note, expires_at };
    let token = tokens::insert(session, connection, &row, session.now()).await?;
    let created = NewChange::CredentialCreated(CredentialKind::Token, token.id.0);
    changes::append(session, Some(connection), created, session.now()).await?;
    Ok(token)
}

pub fn too_many_tokens() -> ScimError {
    ScimError::new(409, format!("the connection has {TOKENS} tokens: revoke one first"))
}

pub fn no_such_token() -> ScimError {
    ScimError::new(404, "the connection has no such token")
}
