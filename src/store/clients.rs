//! The OAuth clients of connections and their secrets, by their hashes.

use std::collections::BTreeMap;

use entity::{scim_client, scim_client_secret};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::{
    federation::Federation,
    id::{ClientId, ConnectionId, SecretId},
};

/// An OAuth client of a connection. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// What the routes name it by.
    pub id: ClientId,
    /// The connection whose users and groups its access tokens read and write.
    pub connection: ConnectionId,
    /// What it sends as `client_id`.
    pub client_id: String,
    /// For people.
    pub note: String,
    /// When it was made.
    pub created_at: i64,
    /// Whose assertions prove it, if it has no secrets.
    pub federation: Option<Federation>,
    /// Its secrets, the oldest first.
    pub secrets: Vec<ClientSecret>,
}

/// A secret of a client, without the secret itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientSecret {
    /// What the routes name it by.
    pub id: SecretId,
    /// The last four characters.
    pub last_four: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on it is refused.
    pub expires_at: i64,
    /// When it was last exchanged for an access token.
    pub last_used_at: Option<i64>,
}

fn client(row: scim_client::Model) -> Client {
    Client {
        id: ClientId(row.id),
        connection: ConnectionId(row.connection_id),
        client_id: row.client_id,
        note: row.note,
        created_at: row.created_at,
        federation: match (row.issuer, row.subject, row.audience) {
            (Some(issuer), Some(subject), Some(audience)) => Some(Federation { issuer, subject, audience }),
            _ => None,
        },
        secrets: vec![],
    }
}

fn secret(row: scim_client_secret::Model) -> ClientSecret {
    ClientSecret {
        id: SecretId(row.id),
        last_four: row.last_four,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    }
}

/// Inserts a client without secrets.
pub async fn insert(
    session: &Session,
    connection: ConnectionId,
    client_id: &str,
    note: &str,
    federation: Option<&Federation>,
    now: i64,
) -> Result<Client, OperationError> {
    let mut row = scim_client::Model {
        id: 0,
        connection_id: connection.0,
        client_id: client_id.to_owned(),
        note: note.to_owned(),
        created_at: now,
        issuer: federation.map(|of| of.issuer.clone()),
        subject: federation.map(|of| of.subject.clone()),
        audience: federation.map(|of| of.audience.clone()),
    };
    let new = scim_client::ActiveModel { id: NotSet, ..row.clone().into() };
    row.id = scim_client::Entity::insert(new).exec(session).await?.last_insert_id;
    Ok(client(row))
}

pub async fn insert_secret(
    session: &Session,
    client: ClientId,
    hash: &str,
    last_four: &str,
    now: i64,
    expires_at: i64,
) -> Result<ClientSecret, OperationError> {
    let mut row = scim_client_secret::Model {
        id: 0,
        client: client.0,
        hash: hash.to_owned(),
        last_four: last_four.to_owned(),
        created_at: now,
        expires_at,
        last_used_at: None,
        announced_days: None,
    };
    let new = scim_client_secret::ActiveModel { id: NotSet, ..row.clone().into() };
    row.id = scim_client_secret::Entity::insert(new).exec(session).await?.last_insert_id;
    Ok(secret(row))
}

/// Lists the clients of a connection with their secrets, the oldest first.
pub async fn of_connection(session: &Session, connection: ConnectionId) -> Result<Vec<Client>, OperationError> {
    let rows = scim_client::Entity::find()
        .filter(scim_client::Column::ConnectionId.eq(connection.0))
        .order_by_asc(scim_client::Column::Id)
        .all(session)
        .await?;
    with_secrets(session, rows).await
}

/// Says whether a connection has clients.
pub async fn exist(session: &Session, connection: ConnectionId) -> Result<bool, OperationError> {
    let mut sql = Sql::new("SELECT c.id FROM scim_clients c WHERE c.connection_id = ");
    sql.bind(connection.0).push(" LIMIT 1");
    Ok(session.row(sql).await?.is_some())
}

/// Reads a client of a connection with its secrets.
pub async fn by_id(
    session: &Session,
    connection: ConnectionId,
    id: ClientId,
) -> Result<Option<Client>, OperationError> {
    let row = scim_client::Entity::find_by_id(id.0).filter(scim_client::Column::ConnectionId.eq(connection.0));
    Ok(with_secrets(session, row.all(session).await?).await?.pop())
}

/// Reads the client that names itself by this, without its secrets.
pub async fn by_client_id(session: &Session, client_id: &str) -> Result<Option<Client>, OperationError> {
    let row = scim_client::Entity::find().filter(scim_client::Column::ClientId.eq(client_id));
    Ok(row.one(session).await?.map(client))
}

/// Finds the secret of a client with a hash, whether or not it has expired.
pub async fn secret_by_hash(
    session: &Session,
    client: ClientId,
    hash: &str,
) -> Result<Option<ClientSecret>, OperationError> {
    let row = scim_client_secret::Entity::find()
        .filter(scim_client_secret::Column::Hash.eq(hash))
        .filter(scim_client_secret::Column::Client.eq(client.0));
    Ok(row.one(session).await?.map(secret))
}

pub async fn note_use(session: &Session, id: SecretId, at: i64) -> Result<(), OperationError> {
    let row = scim_client_secret::ActiveModel { last_used_at: Set(Some(at)), ..Default::default() };
    let this = scim_client_secret::Column::Id.eq(id.0);
    scim_client_secret::Entity::update_many().set(row).filter(this).exec(session).await?;
    Ok(())
}

/// Notes that the secrets of a client have a successor: their end is not announced.
pub async fn supersede_secrets(session: &Session, client: ClientId) -> Result<(), OperationError> {
    let row = scim_client_secret::ActiveModel { announced_days: Set(Some(0)), ..Default::default() };
    let of_client = scim_client_secret::Column::Client.eq(client.0);
    scim_client_secret::Entity::update_many().set(row).filter(of_client).exec(session).await?;
    Ok(())
}

/// Deletes a client of a connection, with its secrets and access tokens; says whether there was one.
pub async fn delete(session: &Session, connection: ConnectionId, id: ClientId) -> Result<bool, OperationError> {
    let deleted = scim_client::Entity::delete_many()
        .filter(scim_client::Column::Id.eq(id.0))
        .filter(scim_client::Column::ConnectionId.eq(connection.0))
        .exec(session)
        .await?;
    Ok(deleted.rows_affected > 0)
}

/// Deletes a secret of a client, with the access tokens that were given for it.
pub async fn delete_secret(session: &Session, id: SecretId) -> Result<(), OperationError> {
    let this = scim_client_secret::Column::Id.eq(id.0);
    scim_client_secret::Entity::delete_many().filter(this).exec(session).await?;
    Ok(())
}

async fn with_secrets(session: &Session, rows: Vec<scim_client::Model>) -> Result<Vec<Client>, OperationError> {
    let mut clients: BTreeMap<i64, Client> = rows.into_iter().map(|row| (row.id, client(row))).collect();
    let secrets = scim_client_secret::Entity::find()
        .filter(scim_client_secret::Column::Client.is_in(clients.keys().copied()))
        .order_by_asc(scim_client_secret::Column::Id)
        .all(session)
        .await?;
    for row in secrets {
        if let Some(client) = clients.get_mut(&row.client) {
            client.secrets.push(secret(row));
        }
    }
    Ok(clients.into_values().collect())
}
