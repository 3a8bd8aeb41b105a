//! A host that was assigned by hand, or will be once it enrols.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_host_assignments")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The host; none before one with the key has enrolled.
    #[sea_orm(unique)]
    pub host_id: Option<i64>,
    /// What the host will be known by, such as its serial number, for comparison.
    #[sea_orm(unique)]
    pub host_key: Option<String>,
    /// The same as it was given.
    pub host_key_text: Option<String>,
    /// Whom the host is assigned to; nobody if it is shared, or assigned to an address.
    pub user_id: Option<i64>,
    /// The address that the host is assigned to.
    pub email: Option<String>,
    /// Who assigned it.
    pub assigned_by: String,
    pub assigned_at: i64,
    pub request_id: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
