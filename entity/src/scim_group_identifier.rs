//! An identifier that a group has or had.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_group_identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub identifier_key: String,
    pub identifier: String,
    /// The identifier without its number, case-folded.
    pub stem_key: String,
    pub number: i64,
    /// The group it was given to, which may be gone.
    pub group_id: i64,
    /// Whether it is the latest that its group got. It stays true when the group is deleted.
    pub is_current: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
