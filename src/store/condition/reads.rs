//! What a condition reads besides the row itself.

use crate::{protocol::filter::Condition, store::columns::is_hosts};

/// Counts the subqueries that a condition becomes.
pub(super) fn subqueries(condition: &Condition) -> usize {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().map(subqueries).sum(),
        Condition::Not(condition) => subqueries(condition),
        // The view of a user's hosts already contains two joins and two subqueries.
        Condition::AnyValue(field, _) | Condition::Present(field) if is_hosts(field) => 2,
        Condition::AnyValue(..) => 1,
        // `groups pr` and `members pr` read other tables too.
        Condition::Present(field) => usize::from(field.keys.len() == 1),
        Condition::Never | Condition::Compare(..) => 0,
    }
}

/// Collects the fields that a condition compares.
pub(super) fn fields(condition: &Condition, found: &mut Vec<Vec<String>>) {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| fields(condition, found));
        }
        Condition::Not(condition) => fields(condition, found),
        Condition::Present(field) | Condition::Compare(field, ..) if !found.contains(&field.keys) => {
            found.push(field.keys.clone());
        }
        _ => {}
    }
}
