//! The values of a multi-valued attribute under `add`, `replace` and `remove`.

use serde_json::{Map, Value};

use super::Mode;
use crate::protocol::{
    attribute::{Attribute, Mutability},
    coerce,
    error::ScimError,
    filter::evaluate,
    immutable, search_document,
    value_filter::ValueFilter,
    warnings::Warnings,
};

/// The values after an assignment.
///
/// # Errors
/// 400 `invalidValue` for a value that does not fit, `noTarget` for a filter that matches nothing and implies nothing.
pub fn assign(
    attribute: &'static Attribute,
    values: Option<Value>,
    filter: Option<&ValueFilter>,
    sub: Option<&'static Attribute>,
    value: Value,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<Vec<Value>, ScimError> {
    let mut values = into_values(values);
    warnings.visit(looked_at(&values, filter))?;
    if filter.is_none() && sub.is_none() {
        if mode == Mode::Replace {
            return coerce::values(attribute, value, warnings);
        }
        let before = values.len();
        values.extend(coerce::values(attribute, value, warnings)?);
        let winners: Vec<usize> = (before..values.len()).collect();
        return coerce::settle(attribute, values, Some(&winners));
    }
    if coerce::is_left_out(attribute, &value, warnings) {
        return Ok(values);
    }
    let change = match sub {
        Some(sub) => {
            let path = format!("{}.{}", attribute.name, sub.name);
            let value = coerce::single(sub, &path, value, warnings)?;
            Change {
                named: vec![sub.name],
                assigned: value.map(|value| (sub.name.to_owned(), value)).into_iter().collect(),
            }
        }
        None => {
            let given = value.as_object().cloned().unwrap_or_default();
            match coerce::single(attribute, attribute.name, value, warnings)? {
                Some(Value::Object(assigned)) => Change { named: nulls(attribute, &given), assigned },
                // Nothing is what a removal leaves.
                _ => return remove(attribute, Some(Value::Array(values)), filter, None, None, warnings),
            }
        }
    };
    let mut matching = matching(attribute, &values, filter);
    if matching.is_empty() && !change.assigned.is_empty() {
        // No value matches: the filter says what the new one is (Entra ID sends replace here too, 2026-09).
        let implied = match filter {
            None => Map::new(),
            Some(filter) => filter.created(attribute.name)?,
        };
        values.push(Value::Object(implied));
        matching.push(values.len() - 1);
    }
    let implied = filter.and_then(|filter| filter.implied.as_ref());
    let waited: Vec<usize> = matching.iter().copied().filter(|at| waits(&values[*at])).collect();
    for at in &matching {
        // "All matching record values SHALL be replaced" (RFC 7644 section 3.5.2.3), but still match.
        if mode == Mode::Replace && sub.is_none() {
            values[*at] = Value::Object(implied.cloned().unwrap_or_default());
        }
        change.check_immutable(attribute, &values[*at])?;
        change.apply(&mut values[*at]);
    }
    let primary = |value: &Map<String, Value>| value.get("primary") == Some(&Value::Bool(true));
    let claims = primary(&change.assigned)
        || implied.is_some_and(primary)
        || waited.iter().any(|at| !coerce::is_placeholder(&values[*at]));
    coerce::settle(attribute, values, claims.then_some(&*matching))
}

/// The values after a removal: of all, of those that match, of those named by `value`, or of a sub-attribute of them.
///
/// # Errors
/// 400 `invalidValue` when `value` does not name values of the attribute.
pub fn remove(
    attribute: &'static Attribute,
    values: Option<Value>,
    filter: Option<&ValueFilter>,
    sub: Option<&'static Attribute>,
    named: Option<Value>,
    warnings: &mut Warnings,
) -> Result<Vec<Value>, ScimError> {
    let mut values = into_values(values);
    warnings.visit(looked_at(&values, filter))?;
    let matching = matching(attribute, &values, filter);
    if let Some(sub) = sub {
        for at in matching {
            let change = Change { named: vec![sub.name], assigned: Map::new() };
            change.check_immutable(attribute, &values[at])?;
            change.apply(&mut values[at]);
        }
        return coerce::settle(attribute, values, None);
    }
    // A list of values without a filter removes those alone (Entra ID, authentik; 2026-09).
    let named = match named {
        // `value: ""` names none of them, and so means all, as null does.
        Some(named) if filter.is_none() && !coerce::is_unassigned(&named) => {
            Some(coerce::values(attribute, named, warnings)?)
        }
        _ => None,
    };
    let mut matches = vec![false; values.len()];
    matching.iter().for_each(|at| matches[*at] = true);
    let search_document = |value: &Value| search_document::of_attribute(attribute, value).unwrap_or_default();
    let named: Option<Vec<Value>> = named.map(|named| named.iter().map(search_document).collect());
    // Each is compared with each; a hundred comparisons are a visit.
    warnings.visit(values.len() * named.as_ref().map_or(0, Vec::len) / 100)?;
    let mut matches = matches.into_iter();
    values.retain(|value| {
        let is_named = || match &named {
            None => true,
            Some(named) => {
                let value = search_document(value);
                named.iter().any(|named| covers(&value, named))
            }
        };
        !(matches.next() == Some(true) && is_named())
    });
    Ok(values)
}

struct Change {
    /// What is unassigned before the new values come.
    named: Vec<&'static str>,
    assigned: Map<String, Value>,
}

impl Change {
    /// # Errors
    /// 400 `mutability` where a value has another one of what is set once.
    fn check_immutable(&self, attribute: &Attribute, value: &Value) -> Result<(), ScimError> {
        let named = self.named.iter().copied().chain(self.assigned.keys().map(String::as_str));
        for sub in named.filter_map(|name| attribute.sub_attribute(name)) {
            let Some(was) = value.get(sub.name).filter(|_| sub.mutability == Mutability::Immutable) else { continue };
            if !immutable::same(sub, was, self.assigned.get(sub.name)) {
                let path = format!("{}.{}", attribute.name, sub.name);
                return Err(ScimError::mutability(format!("{path} is immutable: remove the value and add another")));
            }
        }
        Ok(())
    }

    fn apply(&self, value: &mut Value) {
        if let Value::Object(value) = value {
            for name in &self.named {
                value.remove(*name);
            }
            value.extend(self.assigned.clone());
        }
    }
}

/// The sub-attributes an object unassigns.
fn nulls(attribute: &'static Attribute, given: &Map<String, Value>) -> Vec<&'static str> {
    let empty = given.iter().filter(|(_, value)| coerce::is_unassigned(value));
    empty.filter_map(|(name, _)| attribute.sub_attribute(name)).map(|sub| sub.name).collect()
}

/// Whether a value has everything the named one has.
pub fn covers(value: &Value, named: &Value) -> bool {
    match (value, named) {
        (Value::Object(value), Value::Object(named)) => {
            named.iter().all(|(name, of_named)| match value.get(name) {
                // A value that does not say so is not primary (RFC 7643 section 2.4).
                None => name == "primary" && of_named.as_str() == Some(search_document::boolean(false)),
                of_value => of_value == Some(of_named),
            })
        }
        _ => value == named,
    }
}

/// Whether a value claims to be the primary one and says nothing yet.
fn waits(value: &Value) -> bool {
    coerce::is_placeholder(value) && value.get("primary") == Some(&Value::Bool(true))
}

fn matching(attribute: &'static Attribute, values: &[Value], filter: Option<&ValueFilter>) -> Vec<usize> {
    let meets = |value: &Value| match filter {
        None => true,
        Some(filter) => {
            let search_document =
                search_document::of_attribute(attribute, value).unwrap_or_else(|| Value::Object(Map::new()));
            evaluate(&filter.condition, &search_document)
        }
    };
    let mut matching: Vec<usize> =
        values.iter().enumerate().filter(|(_, value)| meets(value)).map(|(at, _)| at).collect();
    // Beside a value that says something, one that does not is not the primary one yet.
    if matching.iter().any(|at| !coerce::is_placeholder(&values[*at])) {
        let without_primary = |value: &Value| {
            let mut value = value.clone();
            value.as_object_mut().map(|value| value.remove("primary"));
            value
        };
        matching.retain(|at| !waits(&values[*at]) || meets(&without_primary(&values[*at])));
    }
    matching
}

/// How much there is to look at: each value, by each comparison of a filter.
fn looked_at(values: &[Value], filter: Option<&ValueFilter>) -> usize {
    values.len() * filter.map_or(1, |filter| filter.condition.comparisons().max(1))
}

fn into_values(values: Option<Value>) -> Vec<Value> {
    match values {
        Some(Value::Array(values)) => values,
        _ => vec![],
    }
}
