//! The groups of a user as one aggregate.

use sea_orm::DbBackend;

/// Which memberships of the user `u` are meant.
#[derive(Debug, Clone, Copy)]
pub enum Memberships {
    /// Of groups of the user's own connection.
    Own,
    /// Of native groups.
    Native,
}

impl Memberships {
    /// Returns their rows `x`.
    pub const fn rows(self) -> &'static str {
        match self {
            Self::Own => "scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id",
            Self::Native => "scim_native_group_user x WHERE x.user_id = u.id",
        }
    }

    /// Returns the name that their aggregate has.
    pub const fn alias(self) -> &'static str {
        match self {
            Self::Own => "group_list",
            Self::Native => "native_group_list",
        }
    }

    /// Returns the SQL for the groups of the user `u` as texts `id displayName`. The name is a subquery of its own: with a join
    /// PostgreSQL reads every group for each user.
    pub fn list(self, backend: DbBackend) -> String {
        let name = "(SELECT g.display_name FROM scim_groups g WHERE g.id = x.group_id)";
        let list = match backend {
            DbBackend::Sqlite => format!("json_group_array(x.group_id || ' ' || {name})"),
            DbBackend::Postgres => format!("json_agg(x.group_id || ' ' || {name})::text"),
            _ => format!("JSON_ARRAYAGG(CONCAT(x.group_id, ' ', {name}))"),
        };
        let (list, alias) = (format!("(SELECT {list} FROM {})", self.rows()), self.alias());
        match self {
            Self::Own => format!("{list} AS {alias}"),
            // Asked once for a statement: where nobody is in a native group, the list costs nothing.
            Self::Native => {
                format!("CASE WHEN EXISTS (SELECT 1 FROM scim_native_group_user) THEN {list} END AS {alias}")
            }
        }
    }
}
