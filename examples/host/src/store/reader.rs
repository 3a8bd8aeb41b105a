//! How far a part of this server has read the changes, and which process reads.

use fleet_scim::sea_orm::{self, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_change_readers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// The number of the last change it has dealt with.
    pub number: i64,
    /// The process that reads.
    pub holder: String,
    /// Until when the others leave it to that process, in milliseconds since 1970.
    pub held_until: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
