//! Converts a value to the type of its attribute, or explains why that is impossible.
//!
//! It is lenient where a client is known to send a different spelling; each such case names the client.

use serde_json::{Map, Value};

use crate::protocol::{
    bounds, date,
    messages::error::ScimError,
    quirks,
    resource::primary::{is_placeholder, with_one_primary},
    schema::attribute::{Attribute, DataType, Mutability},
    shorten::shorten,
    warnings::Warnings,
};

/// Reads the values of a multi-valued attribute: drops empty ones and duplicates and keeps at most one primary.
///
/// # Errors
/// 400 `invalidValue` naming the attribute, `tooMany` for too many values.
pub fn values(attribute: &Attribute, value: Value, warnings: &mut Warnings) -> Result<Vec<Value>, ScimError> {
    let given = match value {
        Value::Array(values) => values,
        Value::Null => vec![],
        // A single value that was not put into an array.
        value => vec![value],
    };
    let mut values = Vec::with_capacity(given.len().min(bounds::VALUES));
    for value in given {
        if is_left_out(attribute, &value, warnings) {
            continue;
        }
        let Some(value) = single(attribute, attribute.name, value, warnings)? else { continue };
        if !is_placeholder(&value) {
            values.push(value);
        }
    }
    with_one_primary(attribute, values, None)
}

/// Reads one value of an attribute.
///
/// # Errors
/// 400 `invalidValue` naming `path`.
pub fn single(
    attribute: &Attribute,
    path: &str,
    value: Value,
    warnings: &mut Warnings,
) -> Result<Option<Value>, ScimError> {
    let wrong = |expected: &str| Err(ScimError::invalid_value(format!("{path} must be {expected}")));
    let value = match value {
        Value::Null => return Ok(None),
        // Entra ID wraps the manager in an array (documentation, 2026-09).
        Value::Array(mut values) if values.len() <= 1 => match values.pop() {
            Some(value @ (Value::Array(_) | Value::Null)) => {
                return if value.is_null() { Ok(None) } else { wrong("one value, not an array") };
            }
            Some(value) => value,
            None => return Ok(None),
        },
        Value::Array(_) => return wrong("one value, not an array"),
        value => value,
    };
    let value = match value {
        // Old Entra ID jobs wrap a simple value: `[{"$ref":null,"value":"False"}]` (azure-docs#42220).
        Value::Object(object) if !attribute.is_complex() => match unwrapped(object) {
            Some(Value::Null) => return Ok(None),
            Some(value) => value,
            None => return wrong("one value, not an object"),
        },
        value => value,
    };
    match attribute.data_type {
        DataType::Complex(_) => match value {
            Value::Object(object) => complex(attribute, path, object, warnings),
            Value::String(text) if text.is_empty() => Ok(None),
            // `manager: 7`, from a client with numeric ids.
            Value::Number(number) if !attribute.multi_valued && attribute.sub_attribute("value").is_some() => {
                single(attribute, path, Value::String(number.to_string()), warnings)
            }
            // `manager: "id"` (Entra ID), `emails: ["a@b"]`.
            Value::String(text) if attribute.sub_attribute("value").is_some() => {
                let object = Map::from_iter([("value".to_owned(), Value::String(text))]);
                complex(attribute, path, object, warnings)
            }
            _ => wrong("an object"),
        },
        DataType::Boolean => match &value {
            Value::Bool(_) => Ok(Some(value)),
            // `"True"`: Entra ID's default mapping, the Keycloak plugin (2026-09).
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" => Ok(Some(Value::Bool(true))),
                "false" => Ok(Some(Value::Bool(false))),
                "" => Ok(None),
                _ => wrong("true or false"),
            },
            _ => wrong("true or false"),
        },
        DataType::Integer => match &value {
            Value::Number(number) if number.is_i64() => Ok(Some(value)),
            Value::String(text) => match text.trim().parse::<i64>() {
                Ok(number) => Ok(Some(number.into())),
                Err(_) => wrong("an integer"),
            },
            _ => wrong("an integer"),
        },
        DataType::Decimal => match &value {
            Value::Number(number) if number.as_f64().is_some_and(f64::is_finite) => Ok(Some(value)),
            Value::String(text) => match text.trim().parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
                Some(number) => Ok(Some(Value::Number(number))),
                None => wrong("a number"),
            },
            _ => wrong("a number"),
        },
        DataType::String | DataType::Binary | DataType::Reference(_) | DataType::DateTime => {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(value) => value.to_string(),
                _ => return wrong("a string"),
            };
            if text.is_empty() {
                return Ok(None);
            }
            if matches!(attribute.data_type, DataType::DateTime) && date::parse(&text).is_none() {
                return wrong("a date and time such as 2026-11-21T10:00:00Z");
            }
            string(path, &text)?;
            Ok(Some(Value::String(text)))
        }
    }
}

/// Unwraps the simple `value` of an object.
fn unwrapped(object: Map<String, Value>) -> Option<Value> {
    let (_, value) = object.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("value"))?;
    (!value.is_object() && !value.is_array()).then_some(value)
}

/// Says whether a value unassigns its attribute (RFC 7643 section 2.5, and `""` from Entra ID's validator, 2026-09).
pub fn is_unassigned(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn is_oversized(text: &str) -> bool {
    text.len() > bounds::STRING && text.chars().count() > bounds::STRING
}

/// Says whether a value is left out because it is too long and does not identify anybody: a photo as a data URI must not
/// keep a leaver active. In any other attribute it is refused, since silently losing an address would leave a host without
/// its owner.
pub fn is_left_out(attribute: &Attribute, value: &Value, warnings: &mut Warnings) -> bool {
    let left_out = quirks::OPTIONAL.contains(&attribute.name) && holds_oversized(value);
    if left_out {
        warnings.leave_out(attribute.name);
    }
    left_out
}

fn holds_oversized(value: &Value) -> bool {
    match value {
        Value::String(text) => is_oversized(text),
        Value::Array(values) => values.iter().any(holds_oversized),
        Value::Object(object) => object.values().any(holds_oversized),
        _ => false,
    }
}

fn complex(
    attribute: &Attribute,
    path: &str,
    object: Map<String, Value>,
    warnings: &mut Warnings,
) -> Result<Option<Value>, ScimError> {
    let mut kept = Map::new();
    for (name, value) in object {
        let path = format!("{path}.{name}");
        let Some(sub) = attribute.sub_attribute(&name) else {
            warnings.drop_attribute(&path);
            continue;
        };
        if sub.mutability == Mutability::ReadOnly {
            continue;
        }
        if let Some(value) = single(sub, &path, value, warnings)? {
            kept.insert(sub.name.to_owned(), value);
        }
    }
    Ok((!kept.is_empty()).then_some(Value::Object(kept)))
}

/// Refuses a text that no string attribute may hold: one too long or with U+0000.
///
/// # Errors
/// 400 `invalidValue` naming `path`.
pub fn string(path: &str, text: &str) -> Result<(), ScimError> {
    if is_oversized(text) {
        return Err(ScimError::invalid_value(format!(
            "{} is longer than {} characters",
            shorten(path),
            bounds::STRING
        )));
    }
    if text.contains('\0') {
        return Err(ScimError::invalid_value(format!("{} contains U+0000, which cannot be stored", shorten(path))));
    }
    Ok(())
}
