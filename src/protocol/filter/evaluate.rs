//! Evaluates a [`Condition`] in memory: for value paths of PATCH, and as the reference the SQL writer is tested against.

use serde_json::Value;

use super::{Comparand, Condition, Field, Operator};
use crate::protocol::resource::search_document::MARK;

/// Says whether a search document, or one of its values, meets the condition.
pub fn evaluate(condition: &Condition, document: &Value) -> bool {
    match condition {
        Condition::All(conditions) => conditions.iter().all(|condition| evaluate(condition, document)),
        Condition::Any(conditions) => conditions.iter().any(|condition| evaluate(condition, document)),
        Condition::Not(condition) => !evaluate(condition, document),
        Condition::Never => false,
        Condition::Present(field) => find(document, field).is_some(),
        Condition::Compare(field, operator, comparand) => match find(document, field) {
            Some(Value::String(text)) => compares(text, *operator, comparand, field.untyped),
            _ => false,
        },
        Condition::AnyValue(field, condition) => match find(document, field) {
            Some(Value::Array(values)) => values.iter().any(|value| evaluate(condition, value)),
            _ => false,
        },
    }
}

fn find<'a>(document: &'a Value, field: &Field) -> Option<&'a Value> {
    field.keys.iter().try_fold(document, |value, key| value.as_object().and_then(|object| object.get(key)))
}

fn compares(text: &str, operator: Operator, comparand: &Comparand, untyped: bool) -> bool {
    let same_type = || match comparand.type_prefix() {
        None => !text.starts_with(MARK),
        Some(prefix) => text.starts_with(&prefix),
    };
    // Only an untyped value can have a different type than the literal.
    if untyped && operator != Operator::Eq && !same_type() {
        return false;
    }
    let comparand = comparand.encoded();
    let comparand = &*comparand;
    match operator {
        Operator::Eq => text == comparand,
        Operator::Co => text.contains(comparand),
        Operator::Sw => text.starts_with(comparand),
        Operator::Ew => text.ends_with(comparand),
        Operator::Gt => text > comparand,
        Operator::Ge => text >= comparand,
        Operator::Lt => text < comparand,
        Operator::Le => text <= comparand,
    }
}
