//! The in-memory reader of a [`Condition`]: value paths of PATCH, and the reference the SQL reader is tested against.

use serde_json::{Map, Value};

use super::{
    filter::{Comparand, Condition, Field, Test},
    twin::MARK,
};

/// Whether a folded twin, or one folded value of it, meets the condition.
pub fn evaluate(condition: &Condition, twin: &Value) -> bool {
    match condition {
        Condition::All(conditions) => conditions.iter().all(|condition| evaluate(condition, twin)),
        Condition::Any(conditions) => conditions.iter().any(|condition| evaluate(condition, twin)),
        Condition::Not(condition) => !evaluate(condition, twin),
        Condition::Never => false,
        Condition::Test(field, test) => find(twin, field).is_some_and(|value| meets(value, test, field.open)),
        Condition::Some(field, condition) => match find(twin, field) {
            Some(Value::Array(values)) => values.iter().any(|value| evaluate(condition, value)),
            _ => false,
        },
    }
}

fn find<'a>(twin: &'a Value, field: &Field) -> Option<&'a Value> {
    field.keys.iter().try_fold(twin, |value, key| value.as_object().and_then(|object: &Map<_, _>| object.get(key)))
}

fn meets(value: &Value, test: &Test, open: bool) -> bool {
    let Test::Present = test else {
        let Value::String(text) = value else { return false };
        return compares(text, test, open);
    };
    true
}

fn compares(text: &str, test: &Test, open: bool) -> bool {
    let is_string = !open || !text.starts_with(MARK);
    let same_type = |comparand: &Comparand| {
        !open
            || match comparand {
                Comparand::Text(_) => !text.starts_with(MARK),
                _ => text.get(..2) == comparand.encoded().get(..2),
            }
    };
    match test {
        Test::Present => true,
        Test::Eq(comparand) => text == comparand.encoded(),
        Test::Co(part) => is_string && text.contains(part.as_str()),
        Test::Sw(part) => is_string && text.starts_with(part.as_str()),
        Test::Ew(part) => is_string && text.ends_with(part.as_str()),
        Test::Gt(comparand) => same_type(comparand) && text > comparand.encoded().as_str(),
        Test::Ge(comparand) => same_type(comparand) && text >= comparand.encoded().as_str(),
        Test::Lt(comparand) => same_type(comparand) && text < comparand.encoded().as_str(),
        Test::Le(comparand) => same_type(comparand) && text <= comparand.encoded().as_str(),
    }
}
