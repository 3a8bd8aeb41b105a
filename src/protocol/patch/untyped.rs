//! `add`, `replace` and `remove` inside an unregistered extension, following RFC 7644 section 3.5.2 as for any other
//! attribute. The type of an attribute shows in its value: a list has values, an object has sub-attributes.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    Mode,
    container::leave,
    elements::{covers, looked_at},
    unregistered,
};
use crate::protocol::{
    bounds,
    filter::{evaluate, value_filter::ValueFilter},
    json,
    messages::error::ScimError,
    resource::{coerce, document::Document, search_document},
    schema::{
        extension,
        path::{self, AttributePath},
    },
    shorten::shorten,
    warnings::Warnings,
};

/// Assigns a value to `name`, to some of its values, or to a sub-attribute of these.
///
/// # Errors
/// 400 `noTarget` for a filter that matches nothing and implies no new value, `invalidPath` for a sub-attribute of a value
/// that has none, `invalidValue` and `tooMany` if a limit is exceeded.
pub fn assign(
    document: &mut Document,
    target: &AttributePath,
    name: &str,
    given: &Given,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let Some(urn) = target.container.key() else { return Ok(()) };
    let path = path_of(target, name);
    let stored = extension::spelled(document, urn).map(str::to_owned);
    let parts = if stored.is_some() { Map::new() } else { unregistered::take_parts(document, urn, |_| true) };
    let key = stored.unwrap_or_else(|| urn.to_owned());
    let Value::Object(extension) = extension::enter(document, &key)? else { return Ok(()) };
    extension.extend(parts);
    let name = extension::spelled(extension, name).unwrap_or(name).to_owned();
    let stored = extension.entry(name.as_str()).or_insert(Value::Null);
    let sub = target.sub_attribute.as_ref().map(path::Name::as_str);
    match (&target.filter, sub) {
        (None, None) => *stored = given.onto(std::mem::take(stored), mode, warnings)?,
        (None, Some(sub)) => assign_sub(stored, sub, given, mode, &path, warnings)?,
        (Some(filter), sub) => assign_where(stored, filter, sub, given, mode, &path, warnings)?,
    }
    check(&path, stored)?;
    if is_empty(stored) {
        extension.shift_remove(&name);
    }
    let checked = extension::check_names(urn, extension);
    leave(document, &target.container);
    checked
}

/// Removes `name`, some of its values, or a sub-attribute of these, if it exists.
///
/// # Errors
/// 400 `tooMany` if a limit is exceeded.
pub fn remove(
    extension: &mut Map<String, Value>,
    target: &AttributePath,
    name: &str,
    named: Option<Value>,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let Some(key) = extension::spelled(extension, name).map(str::to_owned) else { return Ok(()) };
    let Some(stored) = extension.get_mut(&key) else { return Ok(()) };
    let named = named.filter(|named| !coerce::is_unassigned(named) && target.filter.is_none());
    match (stored, &target.sub_attribute) {
        (Value::Array(values), sub) => {
            let matching = matching(values, target.filter.as_ref(), warnings)?;
            let named: Option<Vec<Value>> = named.map(|named| into_values(named).iter().map(as_object).collect());
            warnings.visit(values.len() * named.as_ref().map_or(0, Vec::len) / 100)?;
            let mut matching = matching.into_iter();
            values.retain_mut(|value| {
                let matches = matching.next().unwrap_or_default();
                match (sub, value) {
                    _ if !matches => true,
                    (Some(sub), Value::Object(value)) => {
                        value.retain(|key, _| !key.eq_ignore_ascii_case(sub.as_str()));
                        !value.is_empty()
                    }
                    (Some(_), _) => true,
                    (None, value) => {
                        let of_value = as_object(value);
                        !named.as_ref().is_none_or(|named| named.iter().any(|named| covers(&of_value, named)))
                    }
                }
            });
        }
        (Value::Object(parent), Some(sub)) => parent.retain(|key, _| !key.eq_ignore_ascii_case(sub.as_str())),
        (_, Some(_)) => {}
        (_, None) => {
            extension.shift_remove(&key);
        }
    }
    if extension.get(&key).is_some_and(is_empty) {
        extension.shift_remove(&key);
    }
    Ok(())
}

fn path_of(target: &AttributePath, name: &str) -> String {
    format!("{}:{name}", target.container.key().unwrap_or_default())
}

/// The value of an operation without its nulls, and the names that were null.
pub struct Given {
    value: Option<Value>,
    nulls: Vec<String>,
}

impl Given {
    /// Reads the value that is assigned to `name`.
    ///
    /// # Errors
    /// 400 `invalidValue` or `tooMany` if the value exceeds a limit.
    pub fn read(target: &AttributePath, name: &str, value: Value, warnings: &mut Warnings) -> Result<Self, ScimError> {
        let nulls = value.as_object().into_iter().flatten().filter(|(_, value)| value.is_null());
        let nulls = nulls.map(|(name, _)| name.clone()).collect();
        Ok(Self { value: extension::keep(&path_of(target, name), value, warnings)?, nulls })
    }

    pub const fn is_unassigned(&self) -> bool {
        self.value.is_none() && self.nulls.is_empty()
    }

    fn onto(&self, stored: Value, mode: Mode, warnings: &mut Warnings) -> Result<Value, ScimError> {
        let given = self.value.clone().unwrap_or_else(|| Value::Object(Map::new()));
        match given {
            // "Sub-attributes that are not specified SHALL be left unchanged": RFC 7644 section 3.5.2.1.
            Value::Object(given) if stored.is_object() => {
                let Value::Object(mut stored) = stored else { return Ok(Value::Object(given)) };
                stored.retain(|key, _| !self.nulls.iter().any(|null| null.eq_ignore_ascii_case(key)));
                given.into_iter().for_each(|(name, value)| extension::insert(&mut stored, &name, value));
                Ok(Value::Object(stored))
            }
            given => joined(stored, given, mode, warnings),
        }
    }
}

/// Returns the value after an assignment that is not a merge: values are added to a list, without duplicates.
///
/// # Errors
/// 400 `tooMany` if the operations look at too many values.
fn joined(stored: Value, given: Value, mode: Mode, warnings: &mut Warnings) -> Result<Value, ScimError> {
    let given = if is_simple(&stored) { unwrapped(given) } else { given };
    let mut values = match stored {
        stored if mode == Mode::Replace || stored.is_null() => return Ok(given),
        Value::Array(values) => values,
        // A list is added to a value that was alone.
        stored if given.is_array() => vec![stored],
        _ => return Ok(given),
    };
    let given = into_values(given);
    // Every value is hashed, with all that is in it; twenty count as one visit.
    warnings.visit(values.iter().chain(&given).map(json::count).sum::<usize>() / 20)?;
    let known: HashSet<&Value> = values.iter().collect();
    let mut seen = HashSet::new();
    let new: Vec<bool> = given.iter().map(|value| !known.contains(value) && seen.insert(value)).collect();
    drop((known, seen));
    values.extend(given.into_iter().zip(new).filter_map(|(value, is_new)| is_new.then_some(value)));
    Ok(Value::Array(values))
}

const fn is_simple(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

/// Takes the one simple value out of `[{"$ref":null,"value":"q"}]` (old jobs of Entra ID, azure-docs#42220).
fn unwrapped(given: Value) -> Value {
    let inner = match &given {
        Value::Array(values) => values.first().filter(|_| values.len() == 1).and_then(Value::as_object),
        given => given.as_object(),
    };
    let only = inner.filter(|object| object.len() == 1).and_then(|object| object.get("value"));
    only.filter(|value| is_simple(value)).cloned().unwrap_or(given)
}

fn assign_sub(
    stored: &mut Value,
    sub: &str,
    given: &Given,
    mode: Mode,
    path: &str,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    match stored {
        Value::Null => {
            let value = given.onto(Value::Null, mode, warnings)?;
            *stored = Value::Object(Map::from_iter([(sub.to_owned(), value)]));
        }
        Value::Object(parent) => {
            let key = extension::spelled(parent, sub).unwrap_or(sub).to_owned();
            let inner = parent.entry(key).or_insert(Value::Null);
            *inner = given.onto(std::mem::take(inner), mode, warnings)?;
        }
        Value::Array(values) if values.iter().all(Value::is_object) => {
            for value in values {
                assign_sub(value, sub, given, mode, path, warnings)?;
            }
        }
        _ => return Err(ScimError::invalid_path(format!("{} has no sub-attributes", shorten(path)))),
    }
    Ok(())
}

fn assign_where(
    stored: &mut Value,
    filter: &ValueFilter,
    sub: Option<&str>,
    given: &Given,
    mode: Mode,
    path: &str,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    // A value that was alone stays alone.
    let is_alone = !matches!(stored, Value::Null | Value::Array(_));
    let mut values = match std::mem::take(stored) {
        Value::Null => vec![],
        value => into_values(value),
    };
    let mut matches = matching(&values, Some(filter), warnings)?;
    if !matches.contains(&true) {
        values.push(Value::Object(filter.created(&shorten(path))?));
        matches.push(true);
    }
    for (value, _) in values.iter_mut().zip(&matches).filter(|(_, matches)| **matches) {
        if let Some(sub) = sub.filter(|sub| value.is_object() || !sub.eq_ignore_ascii_case("value")) {
            assign_sub(value, sub, given, mode, path, warnings)?;
            continue;
        }
        // A replaced value must still match the filter.
        let before = if mode == Mode::Replace {
            filter.implied.clone().map_or(Value::Null, Value::Object)
        } else {
            std::mem::take(value)
        };
        *value = given.onto(before, mode, warnings)?;
    }
    *stored = match values.len() {
        1 if is_alone => values.pop().unwrap_or_default(),
        _ => Value::Array(values),
    };
    Ok(())
}

/// Says for each value whether it meets the filter; all do if there is none.
fn matching(values: &[Value], filter: Option<&ValueFilter>, warnings: &mut Warnings) -> Result<Vec<bool>, ScimError> {
    warnings.visit(looked_at(values, filter))?;
    Ok(values.iter().map(|value| filter.is_none_or(|filter| evaluate(&filter.condition, &as_object(value)))).collect())
}

/// Returns what a filter is evaluated on: a simple value is the `value` of an object without anything else.
fn as_object(value: &Value) -> Value {
    match searchable(value) {
        object @ Value::Object(_) => object,
        simple => Value::Object(Map::from_iter([("value".to_owned(), simple)])),
    }
}

fn searchable(value: &Value) -> Value {
    search_document::from_untyped(value).unwrap_or_default()
}

fn into_values(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        value => vec![value],
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn check(path: &str, value: &Value) -> Result<(), ScimError> {
    match value {
        Value::Array(values) if values.len() > bounds::VALUES => {
            Err(ScimError::too_many(format!("{} has more than {} values", shorten(path), bounds::VALUES)))
        }
        Value::Array(values) => values.iter().try_for_each(|value| check(path, value)),
        Value::Object(object) => extension::check_names(path, object),
        _ => Ok(()),
    }
}
