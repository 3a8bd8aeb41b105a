//! A token that this server made, by the role it has. Only its hash is kept.

use fleet_scim::sea_orm::{self, entity::prelude::*};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// Hexadecimal digits.
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
