//! An address of a host, as the host server reports it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_host_emails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub host_id: i64,
    /// The source of the address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// The position among the addresses of its source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i16,
    pub source_rank: i16,
    pub email: String,
    pub email_key: String,
    /// Whether the host is limited to connections.
    pub limited: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
