//! A user's groups where groups are nested: those it is a member of, and those above them.
//!
//! The groups that meet the condition are found first, then what is nested in them; a user who is a member of any of these is in a
//! group that meets it. Each is a set that does not depend on the user (MariaDB refuses a recursion that does).

use super::{Level, Side, Writer, membership};
use crate::protocol::filter::Condition;

/// The groups nested in those of `r`.
const BELOW: &str =
    " UNION SELECT n.child_id{root} FROM r JOIN scim_group_group n ON n.group_id = r.id AND n.connection_id = ";

impl Writer<'_> {
    /// Writes that the member `x` is in a group that meets a condition, directly or not.
    pub(super) fn effective_group(&mut self, condition: &Condition) {
        if names_type(condition) {
            return self.group_by_type(condition);
        }
        let connection = self.scope.connection.0;
        self.sql
            .push("(x.group_id IN (WITH RECURSIVE r (id) AS (SELECT o.id FROM scim_groups o WHERE o.connection_id = ");
        self.sql.bind(connection).push(" AND (");
        self.of_group(Side::GroupOfUser, condition);
        self.sql.push(")").push(&BELOW.replace("{root}", "")).bind(connection);
        self.sql.push(") SELECT r.id FROM r)) IS TRUE");
    }

    /// Writes the same for a condition that says `direct` or `indirect`. A group that a user is a member of is a direct one,
    /// whatever is nested in it.
    fn group_by_type(&mut self, condition: &Condition) {
        let connection = self.scope.connection.0;
        self.sql.push("(x.group_id IN (SELECT o.id FROM scim_groups o WHERE o.connection_id = ").bind(connection);
        self.sql.push(" AND (");
        self.of_group(Side::GroupOfUser, condition);
        self.sql.push(
            ")) OR EXISTS (SELECT 1 FROM (WITH RECURSIVE r (id, root) AS (SELECT n.child_id, o.id FROM scim_groups o",
        );
        self.sql.push(" JOIN scim_group_group n ON n.group_id = o.id AND n.connection_id = o.connection_id");
        self.sql.push(" WHERE o.connection_id = ").bind(connection).push(" AND (");
        self.of_group(Side::GroupAboveUser, condition);
        self.sql.push(")").push(&BELOW.replace("{root}", ", r.root")).bind(connection);
        self.sql.push(
            ") SELECT r.id, r.root FROM r) b WHERE b.id = x.group_id AND NOT EXISTS (SELECT 1 FROM scim_user_group d",
        );
        self.sql.push(" WHERE d.connection_id = x.connection_id AND d.user_id = x.user_id AND d.group_id = b.root)))");
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
