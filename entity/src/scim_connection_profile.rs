//! What an administrator sets of a connection, and when it was last used.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_connection_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: i64,
    /// The part of the base URL: `a` to `z`, `0` to `9` and `-`.
    pub name: String,
    pub display_name: String,
    /// `okta`, `entra`, `authentik`, `keycloak`, `onelogin`, `ping`, `google` or `other`.
    pub vendor: String,
    /// `idp` or `native`.
    pub kind: String,
    /// `live`, `paused`, `detached` or `deleting`.
    pub state: String,
    /// Governs the order in which connections are shown, and nothing else.
    pub display_order: i64,
    pub last_request_at: Option<i64>,
    pub last_success_at: Option<i64>,
    /// How many requests are served in a second; any number if it is `None`.
    pub requests_per_second: Option<i64>,
    /// Whether a user's emails stay as they were first provisioned.
    pub keeps_emails: bool,
    /// Whether a user who is deactivated is deleted.
    pub deletes_deactivated: bool,
    /// Whether a request that adds an unknown member to a group is refused.
    pub refuses_unknown_members: bool,
    /// Whether groups keep their identifiers when they are renamed.
    pub keeps_identifiers: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
