//! A user's membership in a group.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_user_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "super::scim_user::Entity", from = "Column::UserId", to = "super::scim_user::Column::Id")]
    User,
    #[sea_orm(belongs_to = "super::scim_group::Entity", from = "Column::GroupId", to = "super::scim_group::Column::Id")]
    Group,
}

impl Related<super::scim_group::Entity> for super::scim_user::Entity {
    fn to() -> RelationDef {
        Relation::Group.def()
    }

    fn via() -> Option<RelationDef> {
        Some(Relation::User.def().rev())
    }
}

impl Related<super::scim_user::Entity> for super::scim_group::Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }

    fn via() -> Option<RelationDef> {
        Some(Relation::Group.def().rev())
    }
}

impl ActiveModelBehavior for ActiveModel {}
