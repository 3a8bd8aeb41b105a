//! A recorded change.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "scim_changes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub changed_at: i64,
    /// The request, or call of the host server, that made the change: 32 hexadecimal digits.
    pub request_id: String,
    /// `user.created`, `user.changed`, `user.deleted`, `group.created`, `group.changed`, `group.deleted`, `group.members`, `host.emails`,
    /// `host.limits` or `credential.ends`.
    pub kind: String,
    /// `None` for a host.
    pub connection_id: Option<i64>,
    pub user_id: Option<i64>,
    pub group_id: Option<i64>,
    pub host_id: Option<i64>,
    /// JSON: `attributes` that differ of a user or group, `keys` (the addresses a changed or deleted user is or was found by; kept as long as the row, 30 days), `added`, `removed` (ids of users), `addedGroups` and `removedGroups` of a group's members, 1,000 in a row at most; `credential` (`token` or `client_secret`), its `id`, `expiresAt` and `days` of one that ends.
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
