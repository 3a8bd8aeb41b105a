//! The tokens of connections, by their hashes.

use entity::scim_token::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{operation_error::OperationError, session::Session, sql::Sql};
use crate::protocol::id::{ConnectionId, TokenId};

/// A token of a connection, without the token itself. Times are milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionToken {
    /// The token's id, which is no part of it.
    pub id: TokenId,
    /// The connection whose users and groups it reads and writes.
    pub connection: ConnectionId,
    /// The last four characters.
    pub last_four: String,
    /// For people.
    pub note: String,
    /// When it was made.
    pub created_at: i64,
    /// From when on it is refused; never if it is `None`.
    pub expires_at: Option<i64>,
    /// When it was last used; written within seconds, by [`worker`](crate::ScimModule::worker).
    pub last_used_at: Option<i64>,
}

/// What is stored of a new token.
#[derive(Debug, Clone)]
pub struct NewTokenRow<'a> {
    pub hash: &'a str,
    pub last_four: &'a str,
    pub note: &'a str,
    pub expires_at: Option<i64>,
}

fn stored(row: Model) -> ConnectionToken {
    ConnectionToken {
        id: TokenId(row.id),
        connection: ConnectionId(row.connection_id),
        last_four: row.last_four,
        note: row.note,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    }
}

pub async fn insert(
    session: &Session,
    connection: ConnectionId,
    token: &NewTokenRow<'_>,
    now: i64,
) -> Result<ConnectionToken, OperationError> {
    let mut row = Model {
        id: 0,
        connection_id: connection.0,
        hash: token.hash.to_owned(),
        last_four: token.last_four.to_owned(),
        note: token.note.to_owned(),
        created_at: now,
        expires_at: token.expires_at,
        last_used_at: None,
        announced_days: None,
    };
    let new = ActiveModel { id: NotSet, ..row.clone().into() };
    row.id = Entity::insert(new).exec(session).await?.last_insert_id;
    Ok(stored(row))
}

/// Lists the tokens of a connection, the oldest first.
pub async fn of_connection(
    session: &Session,
    connection: ConnectionId,
) -> Result<Vec<ConnectionToken>, OperationError> {
    let of_connection = Entity::find().filter(Column::ConnectionId.eq(connection.0));
    Ok(of_connection.order_by_asc(Column::Id).all(session).await?.into_iter().map(stored).collect())
}

pub async fn by_hash(session: &Session, hash: &str) -> Result<Option<ConnectionToken>, OperationError> {
    Ok(Entity::find().filter(Column::Hash.eq(hash)).one(session).await?.map(stored))
}

/// Reads a token of a connection.
pub async fn by_id(
    session: &Session,
    connection: ConnectionId,
    id: TokenId,
) -> Result<Option<ConnectionToken>, OperationError> {
    let found = Entity::find_by_id(id.0).filter(Column::ConnectionId.eq(connection.0));
    Ok(found.one(session).await?.map(stored))
}

/// Sets when a token ends that has a successor; its end is not announced.
pub async fn set_end(session: &Session, id: TokenId, expires_at: i64) -> Result<(), OperationError> {
    let row = ActiveModel { expires_at: Set(Some(expires_at)), announced_days: Set(Some(0)), ..Default::default() };
    Entity::update_many().set(row).filter(Column::Id.eq(id.0)).exec(session).await?;
    Ok(())
}

/// Deletes a token of a connection; says whether there was one.
pub async fn delete(session: &Session, connection: ConnectionId, id: TokenId) -> Result<bool, OperationError> {
    let of_connection = Entity::delete_many().filter(Column::Id.eq(id.0)).filter(Column::ConnectionId.eq(connection.0));
    Ok(of_connection.exec(session).await?.rows_affected > 0)
}

/// Remembers when a token was last used, unless another process knows of a later use.
pub async fn note_use(session: &Session, id: TokenId, at: i64) -> Result<(), OperationError> {
    let mut sql = Sql::new("UPDATE scim_tokens SET last_used_at = ");
    sql.bind(at)
        .push(" WHERE id = ")
        .bind(id.0)
        .push(" AND (last_used_at IS NULL OR last_used_at < ")
        .bind(at)
        .push(")");
    session.run(sql).await?;
    Ok(())
}
