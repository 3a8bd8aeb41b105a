//! A token of a connection. The token itself is not stored.

use sea_orm::entity::prelude::*;

#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_tokens")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub connection_id: i64,
    /// The SHA-256 of the token, in hexadecimal digits.
    pub hash: String,
    pub last_four: String,
    pub note: String,
    pub created_at: i64,
    /// From when on it is not accepted.
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    /// How many days ahead its end was announced last; 0 if there is nothing more to announce.
    pub announced_days: Option<i64>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .field("connection_id", &self.connection_id)
            .finish_non_exhaustive()
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
