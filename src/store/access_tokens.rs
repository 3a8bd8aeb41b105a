//! Access tokens of OAuth clients, by their hashes.

use entity::scim_access_token::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{operation_error::OperationError, session::Session};
use crate::protocol::id::{ClientId, ConnectionId, SecretId};

/// Expired tokens that are deleted in one transaction.
const PRUNED: u64 = 1000;

/// An access token, without the token itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    pub client: ClientId,
    pub connection: ConnectionId,
    /// From when on it is refused, in milliseconds since 1970-01-01T00:00:00Z.
    pub expires_at: i64,
}

/// Inserts a token, which ends with the secret that it is given for, if it is given for one.
pub async fn insert(
    session: &Session,
    token: &AccessToken,
    secret: Option<SecretId>,
    hash: &str,
) -> Result<(), OperationError> {
    let row = ActiveModel {
        client: Set(token.client.0),
        secret: Set(secret.map(|secret| secret.0)),
        connection_id: Set(token.connection.0),
        hash: Set(hash.to_owned()),
        expires_at: Set(token.expires_at),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(session).await?;
    Ok(())
}

pub async fn by_hash(session: &Session, hash: &str) -> Result<Option<AccessToken>, OperationError> {
    let row = Entity::find().filter(Column::Hash.eq(hash)).one(session).await?;
    Ok(row.map(|row| AccessToken {
        client: ClientId(row.client),
        connection: ConnectionId(row.connection_id),
        expires_at: row.expires_at,
    }))
}

/// Deletes all but the latest of a client's tokens, as many as `kept`.
pub async fn keep_latest(session: &Session, client: ClientId, kept: u64) -> Result<(), OperationError> {
    let of_client = Entity::find().select_only().column(Column::Id).filter(Column::Client.eq(client.0));
    let last: Option<i64> = of_client.order_by_desc(Column::Id).offset(kept).limit(1).into_tuple().one(session).await?;
    if let Some(last) = last {
        let older = Entity::delete_many().filter(Column::Client.eq(client.0)).filter(Column::Id.lte(last));
        older.exec(session).await?;
    }
    Ok(())
}

/// Ends the tokens of a connection.
pub async fn delete_of_connection(session: &Session, connection: ConnectionId) -> Result<(), OperationError> {
    Entity::delete_many().filter(Column::ConnectionId.eq(connection.0)).exec(session).await?;
    Ok(())
}

/// Deletes some tokens that have expired; says whether there may be more.
pub async fn prune(session: &Session, now: i64) -> Result<bool, OperationError> {
    let expired = Entity::find().select_only().column(Column::Id).filter(Column::ExpiresAt.lt(now));
    let expired: Vec<i64> = expired.order_by_asc(Column::ExpiresAt).limit(PRUNED).into_tuple().all(session).await?;
    let some = expired.len() as u64 == PRUNED;
    if !expired.is_empty() {
        Entity::delete_many().filter(Column::Id.is_in(expired)).exec(session).await?;
    }
    Ok(some)
}
