//! Something that changed.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_changes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub changed_at: i64,
    pub kind: String,
    pub connection_id: Option<i64>,
    pub user_id: Option<i64>,
    pub group_id: Option<i64>,
    pub host_id: Option<i64>,
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
