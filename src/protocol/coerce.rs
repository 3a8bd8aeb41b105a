//! Makes a value what its attribute says it is, or says why it cannot be.
//!
//! Tolerant where a client is known to send another spelling: each case names the client.

use std::collections::{HashMap, hash_map::Entry};

use serde_json::{Map, Value};

use super::{
    attribute::{Attribute, DataType, Mutability},
    bounds,
    case_fold::case_fold,
    date,
    error::ScimError,
    path::shorten,
    quirks,
    warnings::Warnings,
};

/// The values of a multi-valued attribute: empty ones left out, each once, one of them primary at most.
///
/// # Errors
/// 400 `invalidValue` naming the attribute, `tooMany` past the bound.
pub fn values(attribute: &Attribute, value: Value, warnings: &mut Warnings) -> Result<Vec<Value>, ScimError> {
    let given = match value {
        Value::Array(values) => values,
        Value::Null => vec![],
        // One value without its brackets.
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
    settle(attribute, values, None)
}

/// One value of an attribute.
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
        // Old jobs of Entra ID wrap a simple value: `[{"$ref":null,"value":"False"}]` (azure-docs#42220).
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
            // `manager: 7`, from a client whose ids are numbers.
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

/// The simple value of an object that has nothing else to say.
fn unwrapped(object: Map<String, Value>) -> Option<Value> {
    let (_, value) = object.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("value"))?;
    (!value.is_object() && !value.is_array()).then_some(value)
}

/// Whether a value unassigns what it is given to (RFC 7643 section 2.5, and `""` from Entra ID's validator, 2026-09).
pub fn is_unassigned(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn is_oversized(text: &str) -> bool {
    text.len() > bounds::STRING && text.chars().count() > bounds::STRING
}

/// Whether a value is left out because it is too long and nobody is known by it: a photo as a data URI must not keep a leaver
/// active. Anywhere else it is refused, since an address that is silently missing leaves a host unowned.
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

/// Refuses what no string may hold.
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

/// A value that says nothing: Okta re-provisions with `{"primary":true,"type":"work","value":null}` (fleet#53446).
pub fn is_placeholder(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.keys().all(|key| matches!(key.as_str(), "type" | "primary")),
        _ => false,
    }
}

/// Folds equal values into the first of them and leaves one primary: of those in `winners`, else the last that claims it.
/// A value that says nothing yet takes it from none that does; it claims it when it says something.
///
/// # Errors
/// 400 `tooMany` past the bound.
pub fn settle(attribute: &Attribute, values: Vec<Value>, winners: Option<&[usize]>) -> Result<Vec<Value>, ScimError> {
    let primary = |value: &Value| value.get("primary") == Some(&Value::Bool(true));
    let speaks = |value: &Value| primary(value) && !is_placeholder(value);
    let winner =
        winners.and_then(|winners| winners.iter().rev().copied().find(|at| values.get(*at).is_some_and(speaks)));
    let claimed = winner.or_else(|| values.iter().rposition(speaks));
    let mut seen = HashMap::new();
    let mut settled: Vec<Value> = Vec::with_capacity(values.len());
    for (at, mut value) in values.into_iter().enumerate() {
        // A claim made now is later than that of a value which says nothing yet.
        if claimed != Some(at) && primary(&value) && (winner.is_some() || !is_placeholder(&value)) {
            value["primary"] = Value::Bool(false);
        }
        match seen.entry(identity(attribute, &value)) {
            Entry::Vacant(first) => {
                first.insert(settled.len());
                settled.push(value);
            }
            // The one that is primary takes the place of its equal.
            Entry::Occupied(first) if claimed == Some(at) => settled[*first.get()] = value,
            Entry::Occupied(_) => {}
        }
    }
    if settled.len() > bounds::VALUES {
        return Err(ScimError::too_many(format!("{} has more than {} values", attribute.name, bounds::VALUES)));
    }
    Ok(settled)
}

/// What makes two values of an attribute the same: value and type (RFC 7643 section 2.4), else everything.
fn identity(attribute: &Attribute, value: &Value) -> String {
    let text = |name: &str| {
        let text = value.get(name)?.as_str()?;
        let exact = attribute.sub_attribute(name).is_some_and(|sub| sub.case_exact);
        Some(if exact { text.to_owned() } else { case_fold(text) })
    };
    let simple = value.as_str().filter(|_| !attribute.case_exact).map(case_fold);
    match text("value").or(simple) {
        Some(of_value) => format!("{of_value}\0{}", text("type").unwrap_or_default()),
        None => value.to_string(),
    }
}
