//! `groups` and `hosts` of a user, and `members` of a group: stored as rows of other tables, not in the search document.

use super::{Scope, Sql};
use crate::{
    protocol::{
        connection::ConnectionKind,
        filter::{Condition, Field},
        id::{GroupId, HostId, UserId},
    },
    store::users::Memberships,
};

/// Which membership is meant, and seen from which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    GroupOfUser,
    /// A native group.
    NativeGroupOfUser,
    /// A group that a user is in only because another is nested in it.
    GroupAboveUser,
    UserOfGroup,
    GroupOfGroup,
    /// A user of another connection in a native group.
    ProvisionedOfGroup,
    HostOfUser,
}

impl Side {
    /// Returns the membership rows `x`; those of a host with `o`, its name, and those of a provisioned user with `o`, its
    /// connection.
    pub const fn tables(self) -> &'static str {
        match self {
            Self::GroupOfUser | Self::GroupAboveUser => {
                "scim_user_group x WHERE x.connection_id = u.connection_id AND x.user_id = u.id"
            }
            Self::NativeGroupOfUser => "scim_native_group_user x WHERE x.user_id = u.id",
            Self::UserOfGroup => "scim_user_group x WHERE x.connection_id = u.connection_id AND x.group_id = u.id",
            Self::GroupOfGroup => "scim_group_group x WHERE x.connection_id = u.connection_id AND x.group_id = u.id",
            Self::ProvisionedOfGroup => {
                "scim_native_group_user x JOIN scim_connection_profiles o ON o.connection_id = x.user_connection_id
                 WHERE x.connection_id = u.connection_id AND x.group_id = u.id"
            }
            Self::HostOfUser => {
                "host_scim_user x LEFT JOIN scim_host_names o ON o.host_id = x.host_id WHERE x.scim_user_id = u.id"
            }
        }
    }

    /// Returns the start of a subquery on the other end, if that should be queried first and only once: there are few groups
    /// and many memberships.
    pub const fn asked_first(self) -> Option<&'static str> {
        match self {
            Self::GroupOfUser | Self::NativeGroupOfUser | Self::GroupAboveUser => {
                Some("x.group_id IN (SELECT o.id FROM scim_groups o WHERE ")
            }
            _ => None,
        }
    }

    pub const fn id_column(self) -> &'static str {
        match self {
            Self::GroupOfUser | Self::NativeGroupOfUser | Self::GroupAboveUser => "x.group_id",
            Self::UserOfGroup | Self::ProvisionedOfGroup => "x.user_id",
            Self::GroupOfGroup => "x.child_id",
            Self::HostOfUser => "x.host_id",
        }
    }
}

impl Scope<'_> {
    /// Returns the memberships that an attribute stands for; none for an attribute of the document.
    pub fn sides(&self, field: &Field) -> &'static [Side] {
        match field.keys.first().map(String::as_str) {
            _ if !self.table().joins(field) => &[],
            Some("groups") if self.memberships == Memberships::All => &[Side::GroupOfUser, Side::NativeGroupOfUser],
            Some("groups") => &[Side::GroupOfUser],
            Some("members") if self.kind == ConnectionKind::Native => {
                &[Side::UserOfGroup, Side::GroupOfGroup, Side::ProvisionedOfGroup]
            }
            Some("members") => &[Side::UserOfGroup, Side::GroupOfGroup],
            _ => &[Side::HostOfUser],
        }
    }
}

/// Writes `members eq "7"` as a comparison of the id, using the index of that column.
pub fn by_id(sql: &mut Sql, id_column: &str, side: Side, condition: &Condition) -> bool {
    let Some(id) = condition.value_eq() else { return false };
    let id = match side {
        Side::UserOfGroup | Side::ProvisionedOfGroup => UserId::parse(id).map(|id| id.0),
        Side::GroupOfUser | Side::NativeGroupOfUser | Side::GroupAboveUser | Side::GroupOfGroup => {
            GroupId::parse(id).map(|id| id.0)
        }
        Side::HostOfUser => HostId::parse(id).map(|id| id.0),
    };
    match id {
        Some(id) => sql.push(id_column).push(" = ").bind(id),
        None => sql.push("1 = 0"),
    };
    true
}

/// Writes the text of a sub-attribute.
pub fn expression(scope: &Scope<'_>, side: Side, keys: &[&str]) -> Option<Sql> {
    let dialect = scope.dialect;
    let id = dialect.decimal(if side.asked_first().is_some() { "o.id" } else { side.id_column() });
    let of_user = matches!(side, Side::GroupOfUser | Side::NativeGroupOfUser | Side::GroupAboveUser);
    let is_group = of_user || side == Side::GroupOfGroup;
    let prefix = if is_group { "group-" } else { "" };
    let constant = |text: &str| {
        let mut sql = Sql::new(dialect.text_placeholder());
        sql.value(text).push(dialect.collate());
        sql
    };
    Some(match keys {
        ["value"] if is_group => Sql::new(&dialect.concat(&["'group-'", &id])),
        ["value"] => Sql::new(&id),
        ["$ref"] if side == Side::ProvisionedOfGroup => {
            let parts = [dialect.text_placeholder(), "o.name", "'/v2/Users/'", &id];
            let mut reference = Sql::new(&dialect.concat(&parts));
            reference.value(format!("{}/connections/", scope.mount));
            reference
        }
        ["$ref"] => {
            let url = match side {
                Side::HostOfUser => scope.hosts_url.to_owned(),
                _ if is_group => format!("{}/Groups", scope.base_url),
                _ => format!("{}/Users", scope.base_url),
            };
            let mut reference = Sql::new(&dialect.concat(&[dialect.text_placeholder(), &id]));
            reference.value(format!("{url}/{prefix}"));
            reference
        }
        ["display"] if of_user => Sql::new("o.display_name_key"),
        // Only of the groups of a host's owner.
        ["externalid"] => Sql::new("o.external_id"),
        ["identifier"] => {
            Sql::new("(SELECT i.identifier_key FROM scim_group_identifiers i WHERE i.group_id = o.id AND i.is_current)")
        }
        ["display"] if side == Side::HostOfUser => Sql::new("o.name_key"),
        ["source"] if side == Side::HostOfUser => Sql::new("x.source"),
        ["type"] => match side {
            Side::HostOfUser => return None,
            Side::GroupOfUser | Side::NativeGroupOfUser => constant("direct"),
            Side::GroupAboveUser => constant("indirect"),
            Side::UserOfGroup | Side::ProvisionedOfGroup => constant("user"),
            Side::GroupOfGroup => constant("group"),
        },
        _ => return None,
    })
}
