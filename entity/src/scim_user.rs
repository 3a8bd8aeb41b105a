//! A user; `resource` is the document, and the other columns index it.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_users")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub connection_id: i64,
    /// The `userName` as the client sent it.
    pub user_name: String,
    pub user_name_key: String,
    pub external_id: Option<String>,
    /// `name.givenName`.
    pub given_name: Option<String>,
    /// `name.familyName`.
    pub family_name: Option<String>,
    /// `name.formatted`.
    pub formatted_name: Option<String>,
    pub display_name: Option<String>,
    /// False for people who left.
    pub active: bool,
    /// `department` of the enterprise extension.
    pub department: Option<String>,
    /// `employeeNumber` of the enterprise extension.
    pub employee_number: Option<String>,
    /// For sorting: the first 512 characters of `family_name`, without regard to letter case; U+10FFFF and a blank if there is none.
    pub family_name_prefix: String,
    /// Like `family_name_prefix`, for `display_name`.
    pub display_name_prefix: String,
    /// Like `family_name_prefix`, for `department`.
    pub department_prefix: String,
    /// The document in JSON as the provisioning client wrote it, without `id`, `meta` and `groups`.
    pub resource: String,
    /// Incremented by every change of the document; the first part of the entity tag.
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
