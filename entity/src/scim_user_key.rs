//! An address that finds a user, and how well it matches.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_user_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub scim_user_id: i64,
    /// The address in the form it is compared in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub email_key: String,
    pub connection_id: i64,
    pub match_rank: i16,
    /// Since when it has been a former `userName`, in milliseconds of Unix time, whatever else it is now.
    pub former_since: Option<i64>,
    /// Whether it finds hosts: not if its domain is outside those of the connection.
    pub finds_hosts: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
