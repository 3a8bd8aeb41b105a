//! How far changes are numbered, and how far the hosts have been told. One row.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_change_counter")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    /// The last number that was given.
    pub last: i64,
    /// The last change whose hosts were told.
    pub told: i64,
    /// How far the hosts of the next change were told, as JSON.
    pub position: Option<String>,
    /// The last host that was compared without a change; `None` when all were.
    pub swept: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
