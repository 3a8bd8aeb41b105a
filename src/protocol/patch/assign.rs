//! `add` and `replace` at one attribute path.

use serde_json::{Map, Value};

use super::{
    Mode,
    container::{enter, leave},
    elements, is_never_kept, remove,
    untyped::{self, Given},
};
use crate::protocol::{
    messages::error::ScimError,
    resource::{
        coerce,
        document::{self, Document},
    },
    schema::{
        attribute::{Attribute, Unassigned},
        path::{AttributePath, Name},
    },
    warnings::Warnings,
};

/// Assigns a value; an empty value unassigns (RFC 7643 section 2.5, and `""` from Entra ID's validator, 2026-09).
///
/// # Errors
/// 400 `invalidValue` for a value that does not fit, `noTarget` for a filter that matches nothing and implies no new value.
pub fn assign(
    document: &mut Document,
    target: &AttributePath,
    value: Value,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let attribute = match &target.name {
        Name::Untyped(name) => {
            let given = Given::read(target, name, value, warnings)?;
            return match given.is_unassigned() {
                true if mode == Mode::Replace => remove::remove(document, target, None, warnings),
                true => Ok(()),
                false => untyped::assign(document, target, name, &given, mode, warnings),
            };
        }
        Name::Known(attribute) => *attribute,
    };
    if is_never_kept(attribute) {
        return Ok(());
    }
    let sub = match &target.sub_attribute {
        Some(Name::Known(sub)) => Some(*sub),
        _ => None,
    };
    let Some(object) = enter(document, &target.container) else { return Ok(()) };
    let outcome = if attribute.multi_valued {
        let values = object.remove(attribute.name);
        elements::assign(attribute, values, target.filter.as_ref(), sub, value, mode, warnings).map(|values| {
            if !values.is_empty() {
                object.insert(attribute.name.to_owned(), Value::Array(values));
            }
        })
    } else {
        assign_single(object, attribute, sub, value, warnings)
    };
    leave(document, &target.container);
    outcome
}

fn assign_single(
    object: &mut Map<String, Value>,
    attribute: &'static Attribute,
    sub: Option<&'static Attribute>,
    value: Value,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    if let Some(sub) = sub {
        let path = format!("{}.{}", attribute.name, sub.name);
        let value = coerce::single(sub, &path, value, warnings)?;
        match value {
            Some(value) => {
                merge(object, attribute.name, Map::from_iter([(sub.name.to_owned(), value)]));
            }
            None => remove::sub_attribute(object, attribute, sub),
        }
        return Ok(());
    }
    let value = match value {
        Value::Array(mut values) if values.len() == 1 => values.pop().unwrap_or_default(),
        value => value,
    };
    let given = value.as_object().cloned().unwrap_or_default();
    let Some(value) = coerce::single(attribute, attribute.name, value, warnings)? else {
        let clears = given.is_empty() || given.keys().any(|key| key.eq_ignore_ascii_case("value"));
        if clears {
            return unassign(object, attribute);
        }
        // `manager: {"displayName": …}` without its read-only part leaves nothing to do.
        unassign_empty(object, attribute, &given);
        return Ok(());
    };
    match value {
        // A reference is replaced as a whole, so that no old `$ref` remains.
        Value::Object(value) if attribute.sub_attribute("value").is_some() => {
            if value.contains_key("value") || !given.keys().any(|key| key.eq_ignore_ascii_case("value")) {
                object.insert(attribute.name.to_owned(), Value::Object(value));
                Ok(())
            } else {
                // `manager: {"value": ""}` unassigns (Entra ID's validator, 2026-09).
                unassign(object, attribute)
            }
        }
        // "Sub-attributes that are not specified SHALL be left unchanged": RFC 7644 section 3.5.2.1.
        Value::Object(value) => {
            unassign_empty(object, attribute, &given);
            merge(object, attribute.name, value);
            Ok(())
        }
        value => {
            object.insert(attribute.name.to_owned(), value);
            Ok(())
        }
    }
}

/// Merges sub-attributes into the object under a name, replacing anything else that was stored there before its schema was
/// registered.
fn merge(object: &mut Map<String, Value>, name: &str, more: Map<String, Value>) {
    if let Some(Value::Object(inner)) = object.get_mut(name) {
        inner.extend(more);
    } else {
        object.insert(name.to_owned(), Value::Object(more));
    }
}

/// Removes an attribute that is assigned an empty value.
///
/// # Errors
/// 400 `invalidValue` for a required attribute that would be lost.
fn unassign(object: &mut Map<String, Value>, attribute: &'static Attribute) -> Result<(), ScimError> {
    if attribute.required && attribute.unassigned != Unassigned::Kept && object.contains_key(attribute.name) {
        return Err(document::missing(attribute.name));
    }
    remove::whole(object, attribute)
}

/// Removes the sub-attributes that an object sets to null or an empty string.
fn unassign_empty(object: &mut Map<String, Value>, attribute: &'static Attribute, given: &Map<String, Value>) {
    for (name, value) in given {
        if let Some(sub) = attribute.sub_attribute(name)
            && coerce::is_unassigned(value)
        {
            remove::sub_attribute(object, attribute, sub);
        }
    }
}
