//! `add`, `replace` and `remove` on the values of a multi-valued attribute.

use serde_json::{Map, Value};

use super::Mode;
use crate::protocol::{
    filter::{evaluate, value_filter::ValueFilter},
    messages::error::ScimError,
    resource::{
        coerce, immutable,
        primary::{is_placeholder, with_one_primary},
        search_document,
    },
    schema::attribute::{Attribute, Mutability},
    warnings::Warnings,
};

/// Returns the values after an assignment.
///
/// # Errors
/// 400 `invalidValue` for a value that does not fit, `noTarget` for a filter that matches nothing and implies no new value.
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
        return with_one_primary(attribute, values, Some(&winners));
    }
    if coerce::is_left_out(attribute, &value, warnings) {
        return Ok(values);
    }
    let change = match sub {
        Some(sub) => {
            let path = format!("{}.{}", attribute.name, sub.name);
            let value = coerce::single(sub, &path, value, warnings)?;
            ElementChange {
                named: vec![sub.name],
                assigned: value.map(|value| (sub.name.to_owned(), value)).into_iter().collect(),
            }
        }
        None => {
            let given = value.as_object().cloned().unwrap_or_default();
            match coerce::single(attribute, attribute.name, value, warnings)? {
                Some(Value::Object(assigned)) => ElementChange { named: nulls(attribute, &given), assigned },
                // Assigning an empty value is a removal.
                _ => return remove(attribute, Some(Value::Array(values)), filter, None, None, warnings),
            }
        }
    };
    let mut matching = matching(attribute, &values, filter);
    if matching.is_empty() && !change.assigned.is_empty() {
        // No value matches: the filter describes the new one (Entra ID sends replace here too, 2026-09).
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
        // "All matching record values SHALL be replaced" (RFC 7644 section 3.5.2.3), but they must still match the filter.
        if mode == Mode::Replace && sub.is_none() {
            values[*at] = Value::Object(implied.cloned().unwrap_or_default());
        }
        change.check_immutable(attribute, &values[*at])?;
        change.apply(&mut values[*at]);
    }
    let primary = |value: &Map<String, Value>| value.get("primary") == Some(&Value::Bool(true));
    let claims = primary(&change.assigned)
        || implied.is_some_and(primary)
        || waited.iter().any(|at| !is_placeholder(&values[*at]));
    with_one_primary(attribute, values, claims.then_some(&*matching))
}

/// Returns the values after removing all of them, those that match, those named by `value`, or a sub-attribute of them.
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
            let change = ElementChange { named: vec![sub.name], assigned: Map::new() };
            change.check_immutable(attribute, &values[at])?;
            change.apply(&mut values[at]);
        }
        return with_one_primary(attribute, values, None);
    }
    // A list of values without a filter removes only those (Entra ID, authentik; 2026-09).
    let named = match named {
        // `value: ""` names no value, so it means all of them, as null does.
        Some(named) if filter.is_none() && !coerce::is_unassigned(&named) => {
            Some(coerce::values(attribute, named, warnings)?)
        }
        _ => None,
    };
    let mut matches = vec![false; values.len()];
    matching.iter().for_each(|at| matches[*at] = true);
    let searchable = |value: &Value| search_document::from_attribute(attribute, value).unwrap_or_default();
    let named: Option<Vec<Value>> = named.map(|named| named.iter().map(searchable).collect());
    // Every value is compared with every named one; a hundred comparisons count as one visit.
    warnings.visit(values.len() * named.as_ref().map_or(0, Vec::len) / 100)?;
    let mut matches = matches.into_iter();
    values.retain(|value| {
        let is_named = || match &named {
            None => true,
            Some(named) => {
                let value = searchable(value);
                named.iter().any(|named| covers(&value, named))
            }
        };
        !(matches.next() == Some(true) && is_named())
    });
    Ok(values)
}

struct ElementChange {
    /// The sub-attributes to unassign before the new values are set.
    named: Vec<&'static str>,
    assigned: Map<String, Value>,
}

impl ElementChange {
    /// Checks that no immutable sub-attribute of a value would change.
    ///
    /// # Errors
    /// 400 `mutability` if the value already has a different value for an immutable sub-attribute.
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

/// Lists the sub-attributes that an object unassigns.
fn nulls(attribute: &'static Attribute, given: &Map<String, Value>) -> Vec<&'static str> {
    let empty = given.iter().filter(|(_, value)| coerce::is_unassigned(value));
    empty.filter_map(|(name, _)| attribute.sub_attribute(name)).map(|sub| sub.name).collect()
}

/// Says whether a value has everything the named one has.
pub fn covers(value: &Value, named: &Value) -> bool {
    match (value, named) {
        (Value::Object(value), Value::Object(named)) => {
            named.iter().all(|(name, of_named)| match value.get(name) {
                // A value without `primary` is not primary (RFC 7643 section 2.4).
                None => name == "primary" && of_named.as_str() == Some(search_document::boolean(false)),
                of_value => of_value == Some(of_named),
            })
        }
        _ => value == named,
    }
}

/// Says whether a value is a placeholder that claims to be primary.
fn waits(value: &Value) -> bool {
    is_placeholder(value) && value.get("primary") == Some(&Value::Bool(true))
}

fn matching(attribute: &'static Attribute, values: &[Value], filter: Option<&ValueFilter>) -> Vec<usize> {
    let meets = |value: &Value| match filter {
        None => true,
        Some(filter) => {
            let searchable =
                search_document::from_attribute(attribute, value).unwrap_or_else(|| Value::Object(Map::new()));
            evaluate(&filter.condition, &searchable)
        }
    };
    let mut matching: Vec<usize> =
        values.iter().enumerate().filter(|(_, value)| meets(value)).map(|(at, _)| at).collect();
    // A placeholder does not count as primary yet if a real value matches too.
    if matching.iter().any(|at| !is_placeholder(&values[*at])) {
        let without_primary = |value: &Value| {
            let mut value = value.clone();
            value.as_object_mut().map(|value| value.remove("primary"));
            value
        };
        matching.retain(|at| !waits(&values[*at]) || meets(&without_primary(&values[*at])));
    }
    matching
}

/// Counts the visits: each value, once per comparison of the filter.
pub(super) fn looked_at(values: &[Value], filter: Option<&ValueFilter>) -> usize {
    values.len() * filter.map_or(1, |filter| filter.condition.comparisons().max(1))
}

fn into_values(values: Option<Value>) -> Vec<Value> {
    match values {
        Some(Value::Array(values)) => values,
        _ => vec![],
    }
}
