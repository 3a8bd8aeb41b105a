//! Extensions whose schema is not registered: everything is kept as it was sent.

use serde_json::{Map, Value};

use crate::protocol::{
    bounds,
    messages::error::ScimError,
    resource::{coerce, document::Document},
    shorten::shorten,
    warnings::Warnings,
};

/// Removes the nulls from a value (RFC 7643 section 2.5); `None` if nothing is left.
///
/// # Errors
/// 400 `invalidValue` or `tooMany` if the value exceeds a limit.
pub fn keep(path: &str, value: Value, warnings: &mut Warnings) -> Result<Option<Value>, ScimError> {
    keep_at(path, value, 0, warnings)
}

fn keep_at(path: &str, value: Value, depth: usize, warnings: &mut Warnings) -> Result<Option<Value>, ScimError> {
    if depth > bounds::EXTENSION_DEPTH {
        return Err(ScimError::invalid_value(format!(
            "{} is nested deeper than {} levels",
            shorten(path),
            bounds::EXTENSION_DEPTH
        )));
    }
    Ok(match value {
        Value::Null => None,
        Value::String(ref text) => {
            coerce::string(path, text)?;
            Some(value)
        }
        Value::Array(values) => {
            let mut kept = Vec::with_capacity(values.len());
            for value in values {
                kept.extend(keep_at(path, value, depth + 1, warnings)?);
            }
            if kept.len() > bounds::VALUES {
                return Err(ScimError::too_many(format!("{} has more than {} values", shorten(path), bounds::VALUES)));
            }
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::Object(object) => {
            check_names(path, &object)?;
            let mut kept = Map::new();
            for (name, value) in object {
                if !is_storable(&name) {
                    warnings.drop_attribute(&name);
                } else if let Some(value) = keep_at(&format!("{path}:{name}"), value, depth + 1, warnings)? {
                    insert(&mut kept, &name, value);
                }
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        value => Some(value),
    })
}

/// Says whether a name can be filtered by on every database.
pub fn is_storable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= bounds::NAME
        && !name.contains(['"', '\'', '\\'])
        && !name.contains(char::is_control)
}

/// Returns the object of an extension, creating it if there is none.
///
/// # Errors
/// 400 `tooMany` if the resource would have too many extensions.
pub fn enter<'a>(document: &'a mut Document, urn: &str) -> Result<&'a mut Value, ScimError> {
    if !document.contains_key(urn) && document.keys().filter(|key| key.contains(':')).count() >= bounds::EXTENSIONS {
        return Err(ScimError::too_many(format!("a resource has {} extensions at most", bounds::EXTENSIONS)));
    }
    Ok(document.entry(urn).or_insert_with(|| Value::Object(Map::new())))
}

/// Checks that an object of an extension does not have too many names.
///
/// # Errors
/// 400 `tooMany` if it has too many names.
pub fn check_names(urn: &str, object: &Map<String, Value>) -> Result<(), ScimError> {
    if object.len() > bounds::NAMES {
        return Err(ScimError::too_many(format!("{} has more than {} names", shorten(urn), bounds::NAMES)));
    }
    Ok(())
}

/// Finds the spelling in which an object has a name.
pub fn spelled<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let exact = object.get_key_value(name).map(|(key, _)| key);
    exact.or_else(|| object.keys().find(|key| key.eq_ignore_ascii_case(name))).map(String::as_str)
}

/// Inserts a value under a name, in the spelling that is already there.
pub fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    let key = spelled(object, name).unwrap_or(name).to_owned();
    object.insert(key, value);
}
