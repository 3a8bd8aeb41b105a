//! Deletes a user; its dependent rows are deleted by cascade.

use entity::scim_user;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    protocol::id::{ConnectionId, UserId},
    store::{
        changes::UserChange,
        counts::{self, Counted},
        operation_error::OperationError,
        session::Session,
        sql::Sql,
    },
};

pub async fn delete(session: &Session, connection: ConnectionId, user: UserId) -> Result<(), OperationError> {
    let deleted = scim_user::Entity::delete_many().filter(scim_user::Column::Id.eq(user.0)).exec(session).await?;
    counts::add(session, connection, Counted::Users, -(deleted.rows_affected as i64)).await
}

/// Who a user is, as an entry keeps it when the user is gone.
#[derive(Debug)]
pub struct Identity {
    pub id: UserId,
    user_name: String,
    external_id: Option<String>,
    is_active: bool,
    /// Every address that finds the user, former names included.
    pub keys: Vec<String>,
}

impl Identity {
    /// Returns the change that deletes the user, who was in these groups.
    pub fn deletion<'a>(&'a self, groups: &'a [i64]) -> UserChange<'a> {
        UserChange {
            id: self.id,
            user_name: &self.user_name,
            external_id: self.external_id.as_deref(),
            was_active: Some(self.is_active),
            is_active: None,
            attributes: &[],
            keys: &self.keys,
            groups,
        }
    }
}

/// Reads who these users are, by id.
pub async fn identities(session: &Session, users: &[i64]) -> Result<Vec<Identity>, OperationError> {
    let mut sql = Sql::new(
        "SELECT u.id, u.user_name, u.external_id, u.active, k.email_key FROM scim_users u
         LEFT JOIN scim_user_keys k ON k.scim_user_id = u.id WHERE u.id",
    );
    sql.bind_ids(session.backend(), users).push(" ORDER BY u.id, k.email_key");
    let mut identities: Vec<Identity> = Vec::new();
    for row in session.rows(sql).await? {
        let id = UserId(row.try_get("", "id")?);
        if identities.last().is_none_or(|last| last.id != id) {
            identities.push(Identity {
                id,
                user_name: row.try_get("", "user_name")?,
                external_id: row.try_get("", "external_id")?,
                is_active: row.try_get("", "active")?,
                keys: vec![],
            });
        }
        let key: Option<String> = row.try_get("", "email_key")?;
        if let Some(identity) = identities.last_mut() {
            identity.keys.extend(key);
        }
    }
    Ok(identities)
}
