//! A request of a provisioning client and its outcome.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_requests")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub connection_id: i64,
    /// When it began.
    pub requested_at: i64,
    /// When it was answered.
    pub ended_at: i64,
    pub method: String,
    /// The path with `{id}` in place of an id.
    pub route: String,
    /// The HTTP status; for a Bulk request in which something failed, that of the first failure.
    pub status: i16,
    /// What `/details` shows for it.
    pub details: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
