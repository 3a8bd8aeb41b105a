//! Where the resources of a type are kept.

use crate::protocol::schema::ResourceType;

#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// The rows with the documents.
    pub rows: &'static str,
    /// Their folded twins.
    pub twins: &'static str,
    /// The column of a twin that names its row.
    pub key: &'static str,
}

impl Tables {
    pub fn of(resource_type: &ResourceType) -> Self {
        match resource_type.is_user() {
            true => Self { rows: "scim_users", twins: "scim_user_search", key: "user_id" },
            false => Self { rows: "scim_groups", twins: "scim_group_search", key: "group_id" },
        }
    }
}
