//! The OAuth clients of a connection.

use super::{
    Provider, lock_for_credentials, no_such_client, no_such_connection, random, random_token,
    secrets::{end_of, insert_secret},
};
use crate::{
    protocol::{
        hex::hex,
        id::{ClientId, ConnectionId, RequestId},
        messages::{client::NewClient, error::ScimError},
        token::TokenKind,
    },
    provider::assertion,
    store::{
        changes::{self, CredentialKind, NewChange},
        clients::{self, Client},
        connections,
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// A client that was just made, with its first secret.
#[non_exhaustive]
pub struct IssuedClient {
    /// The client.
    pub client: Client,
    /// Its secret, which cannot be read again; `None` for one that its identity provider's assertions prove.
    pub client_secret: Option<String>,
}

impl std::fmt::Debug for IssuedClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedClient").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Clients of one connection.
const CLIENTS: usize = 20;
/// Bytes of a client's id, which is no secret.
const ID: usize = 16;

/// Lists the clients of a connection, the oldest first.
///
/// # Errors
/// 404.
pub async fn clients(provider: &Provider, name: &str) -> Result<Vec<Client>, OperationError> {
    let session = provider.database.read().await?;
    let connection = connections::id_of(&session, name).await?.ok_or_else(no_such_connection)?;
    clients::of_connection(&session, connection).await
}

/// Says whether a connection has clients. While the database is away it is said that it has none: what is asked needs no database
/// otherwise.
pub async fn has_clients(provider: &Provider, connection: ConnectionId) -> Result<bool, OperationError> {
    let exist = async { clients::exist(&provider.database.read().await?, connection).await };
    match exist.await {
        Err(failure) if failure.transient().is_some() => Ok(false),
        outcome => outcome,
    }
}

/// Makes a client, with a secret unless its identity provider's assertions prove it.
///
/// # Errors
/// 400 for an end that does not fit and for assertions that cannot be checked here, 404, 409 for a connection that is being deleted or has twenty clients.
pub async fn create_client(
    provider: &Provider,
    request: RequestId,
    name: &str,
    new: &NewClient,
) -> Result<IssuedClient, OperationError> {
    if new.federation.is_some() && !assertion::can_check(provider) {
        let detail = "this host server cannot check assertions, which federation needs: make a client with a secret";
        return Err(ScimError::invalid_value(detail).into());
    }
    let end = end_of(&new.secret, provider.database.now())?;
    let client_id = hex(&random::<ID>()?);
    let client_secret = match new.federation {
        None => Some(random_token(TokenKind::ClientSecret)?),
        Some(_) => None,
    };
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome =
            insert(&session, name, new, &client_id, client_secret.as_deref().map(|secret| (secret, end))).await;
        retry.end(session, outcome).await;
    }
    Ok(IssuedClient { client: retry.outcome()?, client_secret })
}

/// Deletes a client. Its secrets and access tokens end: here with the answer, in other processes within two seconds.
///
/// # Errors
/// 404.
pub async fn delete_client(
    provider: &Provider,
    request: RequestId,
    name: &str,
    id: ClientId,
) -> Result<(), OperationError> {
    let mut retry = Retry::new(&provider.database, request);
    while let Some(session) = retry.begin().await {
        let outcome = delete(&session, name, id).await;
        retry.end(session, outcome).await;
    }
    let deleted = retry.outcome();
    provider.admission.forget();
    deleted
}

async fn insert(
    session: &Session,
    name: &str,
    new: &NewClient,
    client_id: &str,
    secret: Option<(&str, i64)>,
) -> Result<Client, OperationError> {
    let connection = lock_for_credentials(session, name).await?;
    if clients::of_connection(session, connection).await?.len() >= CLIENTS {
        return Err(too_many_clients().into());
    }
    let federation = new.federation.as_ref();
    let mut client = clients::insert(session, connection, client_id, &new.note, federation, session.now()).await?;
    let created = NewChange::CredentialCreated(CredentialKind::Client, client.id.0);
    changes::append(session, Some(connection), created, session.now()).await?;
    if let Some((secret, end)) = secret {
        client.secrets.push(insert_secret(session, connection, client.id, secret, end).await?);
    }
    Ok(client)
}

async fn delete(session: &Session, name: &str, id: ClientId) -> Result<(), OperationError> {
    let connection = connections::lock(session, name).await?.ok_or_else(no_such_connection)?.id;
    match clients::delete(session, connection, id).await? {
        true => {
            let revoked = NewChange::CredentialDeleted(CredentialKind::Client, id.0);
            Ok(changes::append(session, Some(connection), revoked, session.now()).await?)
        }
        false => Err(no_such_client().into()),
    }
}

pub fn too_many_clients() -> ScimError {
    ScimError::new(409, format!("the connection has {CLIENTS} clients: delete one first"))
}
