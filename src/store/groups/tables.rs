//! The tables with the members of groups.

use crate::protocol::{
    connection::ConnectionKind,
    id::{ConnectionId, GroupId, UserId},
    patch::members::MemberId,
};

/// Users, nested groups, and the provisioned users of native groups are kept apart, each in its own table.
pub(super) struct MemberTable {
    pub name: &'static str,
    pub column: &'static str,
    pub of: &'static str,
    /// How the connection of a member compares with that of the group.
    pub is_of: &'static str,
    /// The column for the connection of a member, if it is another.
    pub connection: Option<&'static str>,
}

impl MemberTable {
    /// Returns the member with this id.
    pub fn member(&self, id: i64) -> MemberId {
        if self.of == "scim_groups" { MemberId::Group(GroupId(id)) } else { MemberId::User(UserId(id)) }
    }
}

pub(super) const USER_MEMBERS: MemberTable =
    MemberTable { name: "scim_user_group", column: "user_id", of: "scim_users", is_of: "=", connection: None };
pub(super) const GROUP_MEMBERS: MemberTable =
    MemberTable { name: "scim_group_group", column: "child_id", of: "scim_groups", is_of: "=", connection: None };
const PROVISIONED_MEMBERS: MemberTable = MemberTable {
    name: "scim_native_group_user",
    column: "user_id",
    of: "scim_users",
    is_of: "<>",
    connection: Some("user_connection_id"),
};

/// The connection whose groups these are; a native one's may have users of any connection as their members.
#[derive(Debug, Clone, Copy)]
pub struct GroupsOf {
    pub connection: ConnectionId,
    pub kind: ConnectionKind,
}

impl GroupsOf {
    /// Returns the groups that an identity provider provisions.
    pub const fn provisioned(connection: ConnectionId) -> Self {
        Self { connection, kind: ConnectionKind::Idp }
    }

    /// Returns the tables with their members.
    pub(super) const fn tables(self) -> &'static [MemberTable] {
        match self.kind {
            ConnectionKind::Idp => &[USER_MEMBERS, GROUP_MEMBERS],
            ConnectionKind::Native => &[USER_MEMBERS, GROUP_MEMBERS, PROVISIONED_MEMBERS],
        }
    }

    /// Pairs each table with the ids that its members may have.
    pub(super) fn split(self, ids: &[MemberId]) -> Vec<(&'static MemberTable, Vec<i64>)> {
        let (users, groups) = split(ids);
        let of = |table: &'static MemberTable| {
            (table, if table.of == USER_MEMBERS.of { users.clone() } else { groups.clone() })
        };
        self.tables().iter().map(of).collect()
    }
}

/// Separates users from groups, each by id.
pub(super) fn split(ids: &[MemberId]) -> (Vec<i64>, Vec<i64>) {
    let mut users = Vec::new();
    let mut groups = Vec::new();
    for id in ids {
        match id {
            MemberId::User(id) => users.push(id.0),
            MemberId::Group(id) => groups.push(id.0),
        }
    }
    users.sort_unstable();
    groups.sort_unstable();
    (users, groups)
}
