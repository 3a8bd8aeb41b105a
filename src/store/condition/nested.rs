//! A user's groups where groups are nested: those it is a member of, and those above them.
//!
//! The groups that meet the condition are found first, then what is nested in them, then who is a member of any of these. None of
//! that depends on the user, so it is worked out once (MariaDB refuses a recursion that does).

use super::{Level, Side, Writer, membership};
use crate::{
    protocol::filter::Condition,
    store::{dialect::Dialect, edges::join_edges},
};

impl Writer<'_> {
    /// Writes that a user is in a group that meets a condition, directly or not.
    pub(super) fn effective_group(&mut self, condition: &Condition) {
        if names_type(condition) {
            return self.group_by_type(condition);
        }
        let (connection, dialect) = (self.scope.connection.0, self.scope.dialect);
        let (open, close) = match dialect {
            Dialect::Postgres => (" = ANY(ARRAY(", "))"),
            _ => (" IN (", ")"),
        };
        self.sql.push("(u.id IN (SELECT x.user_id FROM scim_user_group x WHERE x.connection_id = ").bind(connection);
        self.sql.push(" AND x.group_id").push(open);
        self.sql.push("WITH RECURSIVE r (id) AS (SELECT o.id FROM scim_groups o WHERE o.connection_id = ");
        self.sql.bind(connection).push(" AND (");
        self.of_group(Side::GroupOfUser, condition);
        let below = join_edges(dialect, "r.id", "group_id");
        self.sql.push(&format!(") UNION SELECT n.child_id FROM r {below}) SELECT r.id FROM r")).push(close);
        // Many of these must not become joins.
        self.sql.push(if self.joins { "))" } else { ")) IS TRUE" });
    }

    /// Writes the same for a condition that says `direct` or `indirect`. A group that a user is a member of is a direct one,
    /// whatever is nested in it.
    fn group_by_type(&mut self, condition: &Condition) {
        let connection = self.scope.connection.0;
        let below = |root: &str| join_edges(self.scope.dialect, root, "group_id");
        let (of_groups, of_edges) = (below("o.id"), below("r.id"));
        self.open_subquery(Side::GroupOfUser.tables(), " AND ");
        self.sql.push("(x.group_id IN (SELECT o.id FROM scim_groups o WHERE o.connection_id = ").bind(connection);
        self.sql.push(" AND (");
        self.of_group(Side::GroupOfUser, condition);
        self.sql.push(&format!(
            ")) OR EXISTS (SELECT 1 FROM (WITH RECURSIVE r (id, root) AS (SELECT n.child_id, o.id FROM scim_groups o {of_groups}"
        ));
        self.sql.push(" WHERE o.connection_id = ").bind(connection).push(" AND (");
        self.of_group(Side::GroupAboveUser, condition);
        self.sql.push(&format!(") UNION SELECT n.child_id, r.root FROM r {of_edges}) SELECT r.id, r.root FROM r) b"));
        self.sql.push(" WHERE b.id = x.group_id AND NOT EXISTS (SELECT 1 FROM scim_user_group d");
        self.sql.push(" WHERE d.connection_id = x.connection_id AND d.user_id = x.user_id AND d.group_id = b.root)))");
        self.close_subquery();
    }

    /// Writes a condition on the group `o`.
    fn of_group(&mut self, side: Side, condition: &Condition) {
        if !membership::by_id(&mut self.sql, "o.id", side, condition) {
            self.condition(condition, &Level::Member(side));
        }
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
