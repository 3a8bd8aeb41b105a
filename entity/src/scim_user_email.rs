//! An address of a user, in the order of `emails`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_user_emails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// The position among the emails.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i16,
    pub connection_id: i64,
    pub email: String,
    pub email_key: String,
    /// The email's `type`.
    #[sea_orm(column_name = "type")]
    pub kind: Option<String>,
    pub is_primary: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
