//! An OAuth 2.0 client of a connection.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_clients")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub connection_id: i64,
    /// What the client names itself by.
    pub client_id: String,
    /// For people.
    pub note: String,
    pub created_at: i64,
    /// The claims `iss`, `sub` and `aud` of the assertions that prove it; `None` for a client with secrets.
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub audience: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
