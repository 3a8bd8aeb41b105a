//! What is kept of an extension whose schema is not registered: everything, as it was sent.

use serde_json::{Map, Value};

use super::{bounds, coerce, document::Document, error::ScimError, path::shorten, warnings::Warnings};

/// A value with its nulls left out (RFC 7643 section 2.5); `None` when nothing is left.
///
/// # Errors
/// 400 `invalidValue` past a bound.
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

/// Whether a name can be filtered by on every database.
pub fn is_storable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= bounds::NAME
        && !name.contains(['"', '\'', '\\'])
        && !name.contains(char::is_control)
}

/// The object of an extension, made where there is none.
///
/// # Errors
/// 400 `tooMany` past the bound of extensions.
pub fn enter<'a>(document: &'a mut Document, urn: &str) -> Result<&'a mut Value, ScimError> {
    if !document.contains_key(urn) && document.keys().filter(|key| key.contains(':')).count() >= bounds::EXTENSIONS {
        return Err(ScimError::too_many(format!("a resource has {} extensions at most", bounds::EXTENSIONS)));
    }
    Ok(document.entry(urn).or_insert_with(|| Value::Object(Map::new())))
}

/// Whether an object of an extension has room for another name.
///
/// # Errors
/// 400 `tooMany` past the bound.
pub fn check_names(urn: &str, object: &Map<String, Value>) -> Result<(), ScimError> {
    if object.len() > bounds::NAMES {
        return Err(ScimError::too_many(format!("{} has more than {} names", shorten(urn), bounds::NAMES)));
    }
    Ok(())
}

/// How an object spells a name that it has.
pub fn spelled<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let exact = object.get_key_value(name).map(|(key, _)| key);
    exact.or_else(|| object.keys().find(|key| key.eq_ignore_ascii_case(name))).map(String::as_str)
}

/// Puts a value under a name, in the spelling that is there already.
pub fn insert(object: &mut Map<String, Value>, name: &str, value: Value) {
    let key = spelled(object, name).unwrap_or(name).to_owned();
    object.insert(key, value);
}
