//! Keys that all processes on one database share.

use entity::scim_secret::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use super::failure::Failure;

pub async fn find(connection: &impl ConnectionTrait, name: &str) -> Result<Option<String>, Failure> {
    Ok(Entity::find_by_id(name.to_owned()).one(connection).await?.map(|row| row.secret))
}

pub async fn insert(connection: &impl ConnectionTrait, name: &str, secret: &str, now: i64) -> Result<(), Failure> {
    let row = ActiveModel { name: Set(name.to_owned()), secret: Set(secret.to_owned()), created_at: Set(now) };
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
