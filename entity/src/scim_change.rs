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
    /// What changed, such as `user.deactivated`. Rows of an older version have `group.members` and `host.emails` too.
    pub kind: String,
    /// `None` for a host.
    pub connection_id: Option<i64>,
    pub user_id: Option<i64>,
    pub group_id: Option<i64>,
    pub host_id: Option<i64>,
    /// JSON, by kind. Read changes by `ScimModule::changes`; this column may change with any version. It names people, and the
    /// addresses they were found by, for as long as the row is kept.
    pub detail: Option<String>,
    /// The place in the feed; `None` until the worker has numbered it. `host.owner` is made with one.
    pub number: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
