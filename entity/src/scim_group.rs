//! A group; `resource` is the document without the members.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_groups")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub connection_id: i64,
    pub display_name: String,
    pub display_name_key: String,
    pub external_id: Option<String>,
    /// The document in JSON, without `id`, `meta` and `members`.
    pub resource: String,
    /// Incremented by every change of the document or the members; the entity tag.
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
