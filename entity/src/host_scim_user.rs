//! The view of host owners. A host without a row is unowned or ambiguous.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "host_scim_user")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub host_id: i64,
    pub scim_user_id: i64,
    pub connection_id: i64,
    /// The source of the address that decided ownership.
    pub source: String,
    pub source_rank: i16,
    /// The address of the host that decided ownership.
    pub email: String,
    pub match_rank: i16,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::scim_user::Entity",
        from = "Column::ScimUserId",
        to = "super::scim_user::Column::Id"
    )]
    User,
}

impl Related<super::scim_user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
