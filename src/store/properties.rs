//! Properties shared by all processes on one database.

use entity::scim_property::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use super::{operation_error::OperationError, session::Session};

pub async fn find(session: &Session, name: &str) -> Result<Option<String>, OperationError> {
    Ok(Entity::find_by_id(name.to_owned()).one(session).await?.map(|row| row.content))
}

pub async fn insert(session: &Session, name: &str, content: &str, now: i64) -> Result<(), OperationError> {
    Entity::insert(row(name, content, now)).exec_without_returning(session).await?;
    Ok(())
}

/// Writes a property, replacing the one that exists.
pub async fn put(session: &Session, name: &str, content: &str, now: i64) -> Result<(), OperationError> {
    let over = OnConflict::column(Column::Name).update_columns([Column::Content, Column::CreatedAt]).to_owned();
    Entity::insert(row(name, content, now)).on_conflict(over).exec_without_returning(session).await?;
    Ok(())
}

fn row(name: &str, content: &str, now: i64) -> ActiveModel {
    ActiveModel { name: Set(name.to_owned()), content: Set(content.to_owned()), created_at: Set(now) }
}
