//! What the host server was last told of a host that has an owner.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_host_told")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub host_id: i64,
    pub user_id: i64,
    /// JSON: what is shown of the owner.
    pub shown: String,
    /// When the change was made that it was told for.
    pub since: i64,
    /// JSON: which changes made the user the owner, and inactive. It is of another user if a process of the version before told the
    /// host meanwhile.
    pub causes: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
