//! A connection: the users and groups of one identity provider.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_connections")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub name: String,
    pub name_key: String,
    /// Whether a PATCH that replaces members only adds them.
    pub additive_replace: bool,
    /// Whether a PUT of a group without `members` keeps the members.
    pub keeps_members: bool,
    pub created_at: i64,
    /// The domains of the addresses that find hosts, each between blanks; any if it is `None`.
    pub domains: Option<String>,
    /// The last user whose addresses were adapted to a change of the domains; all were if it is `None`.
    pub domains_after: Option<i64>,
    /// The attributes of users that are kept, each between blanks; all if it is `None`.
    pub attributes: Option<String>,
    /// The last user that was narrowed to them; -1 while the last pass is waited for, and `None` if all were.
    pub attributes_after: Option<i64>,
    /// When the last pass may begin, in milliseconds since 1970-01-01T00:00:00Z.
    pub attributes_again_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
