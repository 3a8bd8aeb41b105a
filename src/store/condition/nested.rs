//! A user's groups where groups are nested: those it is a member of, and those above them.
//!
//! The groups that meet the condition are found first, then what is nested in them, then who is a member of any of these. None of
//! that depends on the user, so it is worked out once (MariaDB refuses a recursion that does).

use super::{Level, Side, Writer, membership};
use crate::{
    protocol::filter::Condition,
    store::{
        edges::{join_edges, once},
        sql::Sql,
        users::Memberships,
    },
};

impl Writer<'_> {
    /// Writes that a user is in a group that meets a condition, directly or not.
    pub(super) fn effective_group(&mut self, condition: &Condition) {
        if names_type(condition) {
            return self.group_by_type(condition);
        }
        let (open, close) = once(self.scope.dialect);
        let mut groups = Sql::new(open);
        groups.push("WITH RECURSIVE r (id) AS (SELECT o.id FROM scim_groups o WHERE ");
        groups.append(&self.of_group(Side::GroupOfUser, condition));
        let below = join_edges(self.scope.dialect, "r.id", "group_id");
        groups.push(&format!(" UNION SELECT n.child_id FROM r {below}) SELECT r.id FROM r")).push(close);
        self.sql.push("(u.id IN (");
        self.members_of(&groups);
        // Many of these must not become joins.
        self.sql.push(if self.joins { "))" } else { ")) IS TRUE" });
    }

    /// Writes the same for a condition that says `direct` or `indirect`. A group that a user is a member of is a direct one,
    /// whatever is nested in it.
    fn group_by_type(&mut self, condition: &Condition) {
        let dialect = self.scope.dialect;
        let members = self.scope.memberships.union();
        let (open, close) = once(dialect);
        let (of_groups, of_edges) = (join_edges(dialect, "o.id", "group_id"), join_edges(dialect, "r.id", "group_id"));
        let mut direct = Sql::new("SELECT o.id FROM scim_groups o WHERE ");
        direct.append(&self.of_group(Side::GroupOfUser, condition));
        self.sql.push("((u.id IN (");
        self.members_of(&direct);
        self.sql.push(")) OR u.id IN (").push(open).push("SELECT DISTINCT m.user_id FROM (");
        self.sql.push(&format!(
            "WITH RECURSIVE r (id, root) AS (SELECT n.child_id, o.id FROM scim_groups o {of_groups} WHERE "
        ));
        let indirect = self.of_group(Side::GroupAboveUser, condition);
        self.sql.append(&indirect);
        self.sql.push(&format!(" UNION SELECT n.child_id, r.root FROM r {of_edges}) SELECT r.id, r.root FROM r) b"));
        self.sql.push(&format!(" JOIN {members} m ON m.group_id = b.id WHERE NOT EXISTS (SELECT 1 FROM {members} d"));
        self.sql.push(" WHERE d.group_id = b.root AND d.user_id = m.user_id)").push(close).push("))");
    }

    /// Writes the members of groups. A native group has members in a table of its own.
    fn members_of(&mut self, groups: &Sql) {
        let all = self.scope.memberships == Memberships::All;
        // MariaDB asks a UNION anew for each user unless it is a table (350 ms for a group of 100 at 100,000 users, 2026-11-28).
        self.sql.push(if all { "SELECT m.user_id FROM (" } else { "" });
        self.sql.push("SELECT x.user_id FROM scim_user_group x WHERE ");
        self.scope.of_connection(&mut self.sql, "x.connection_id");
        self.sql.push(" AND x.group_id IN (").append(groups).push(")");
        if all {
            self.sql.push(" UNION ALL SELECT y.user_id FROM scim_native_group_user y WHERE y.group_id IN (");
            self.sql.append(groups).push(")) m");
        }
    }

    /// Writes a condition on the group `o`.
    fn of_group(&mut self, side: Side, condition: &Condition) -> Sql {
        let before = std::mem::take(&mut self.sql);
        self.scope.of_connection(&mut self.sql, "o.connection_id");
        self.sql.push(" AND (");
        if !membership::by_id(&mut self.sql, "o.id", side, condition) {
            self.condition(condition, &Level::Member(side));
        }
        self.sql.push(")");
        std::mem::replace(&mut self.sql, before)
    }
}

fn names_type(condition: &Condition) -> bool {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().any(names_type),
        Condition::Not(condition) => names_type(condition),
        Condition::Present(field) | Condition::Compare(field, ..) => field.keys.iter().any(|key| key == "type"),
        Condition::Never | Condition::AnyValue(..) => false,
    }
}
