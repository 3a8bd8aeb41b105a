//! Conditions that an index answers with a few rows.

use super::is_of_hosts;
use crate::protocol::filter::{Comparand, Condition, Test};

/// Whether every match has a value that an index finds: then the list is not read page by page.
pub fn is_lookup(condition: &Condition, is_user: bool) -> bool {
    match condition {
        Condition::Test(field, Test::Eq(Comparand::Text(_))) => match field.keys.as_slice() {
            [key] if key == "id" || key == "externalid" => true,
            [key] if key == "username" => is_user,
            [key] if key == "displayname" => !is_user,
            _ => false,
        },
        Condition::Some(field, inner) if is_user => {
            (field.keys == ["emails"] || is_of_hosts(field)) && required_value(inner).is_some()
        }
        Condition::All(conditions) => conditions.iter().any(|condition| is_lookup(condition, is_user)),
        _ => false,
    }
}

/// The `value` that every match must have.
pub fn required_value(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::Test(field, Test::Eq(Comparand::Text(text))) if field.keys == ["value"] => Some(text),
        Condition::All(conditions) => conditions.iter().find_map(required_value),
        _ => None,
    }
}
