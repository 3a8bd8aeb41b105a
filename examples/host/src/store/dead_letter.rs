//! A change that the webhook's receiver did not take.

use fleet_scim::sea_orm::{self, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_dead_letters")]
pub struct Model {
    /// The number of the change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub kind: String,
    /// Why it was not taken, the last time.
    pub reason: String,
    /// Milliseconds since 1970.
    pub given_up_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
