//! What this server has done once and for all.

use fleet_scim::sea_orm::{self, entity::prelude::*};

/// The demo hosts were made, or there were other hosts already.
pub const SEEDED: &str = "seeded";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
