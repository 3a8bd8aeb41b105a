//! An access token, without the token itself.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_access_tokens")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The `id` of the client.
    pub client: i64,
    /// The `id` of the secret it was given for.
    pub secret: Option<i64>,
    pub connection_id: i64,
    /// SHA-256 of the token, in hexadecimal digits.
    pub hash: String,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
