//! The number of users or groups of a connection: the sum over its shards.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_counts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: i64,
    /// 0 users, 1 groups.
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_type: i16,
    #[sea_orm(primary_key, auto_increment = false)]
    pub shard: i16,
    /// A part of the total; a single part may be negative.
    pub resources: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
