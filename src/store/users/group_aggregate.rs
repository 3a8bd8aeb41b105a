//! The groups of a user as one text.

use sea_orm::DbBackend;

/// Which memberships of the user `u` are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memberships {
    /// Of groups of the user's own connection.
    Own,
    /// Of native groups too.
    All,
}

const OWN: &str = "scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id";
const NATIVE: &str = "scim_native_group_user x WHERE x.user_id = u.id";

impl Memberships {
    /// Returns the tables that they are in.
    pub const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Own => &["scim_user_group"],
            Self::All => &["scim_user_group", "scim_native_group_user"],
        }
    }

    /// Returns all of them as one table.
    pub const fn union(self) -> &'static str {
        match self {
            Self::Own => "scim_user_group",
            Self::All => {
                "(SELECT group_id, user_id FROM scim_user_group UNION ALL SELECT group_id, user_id FROM scim_native_group_user)"
            }
        }
    }

    /// Returns their rows `x`.
    pub const fn rows(self) -> &'static [&'static str] {
        match self {
            Self::Own => &[OWN],
            Self::All => &[OWN, NATIVE],
        }
    }

    /// Returns the SQL for the groups of the user `u`, as `group_list`: one JSON array or two, of texts `id displayName`.
    pub fn list(self, backend: DbBackend) -> String {
        let own = aggregate(backend, OWN);
        match self {
            Self::Own => format!("{own} AS group_list"),
            // It is asked once for a statement whether anybody is in a native group.
            Self::All => {
                let native = aggregate(backend, NATIVE);
                let native = format!(
                    "CASE WHEN EXISTS (SELECT 1 FROM scim_native_group_user) THEN COALESCE({native}, '') ELSE '' END"
                );
                match backend {
                    DbBackend::MySql => format!("CONCAT(COALESCE({own}, ''), {native}) AS group_list"),
                    _ => format!("COALESCE({own}, '') || {native} AS group_list"),
                }
            }
        }
    }
}

/// The name is a subquery of its own: with a join PostgreSQL reads every group for each user.
fn aggregate(backend: DbBackend, rows: &str) -> String {
    let name = "(SELECT g.display_name FROM scim_groups g WHERE g.id = x.group_id)";
    let list = match backend {
        DbBackend::Sqlite => format!("json_group_array(x.group_id || ' ' || {name})"),
        DbBackend::Postgres => format!("json_agg(x.group_id || ' ' || {name})::text"),
        _ => format!("JSON_ARRAYAGG(CONCAT(x.group_id, ' ', {name}))"),
    };
    format!("(SELECT {list} FROM {rows})")
}
