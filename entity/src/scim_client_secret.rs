//! A secret of an OAuth client, without the secret itself.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_client_secrets")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The `id` of the client.
    pub client: i64,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub hash: String,
    pub last_four: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub last_used_at: Option<i64>,
    /// How many days ahead its end was announced last; 0 if there is nothing more to announce.
    pub announced_days: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
