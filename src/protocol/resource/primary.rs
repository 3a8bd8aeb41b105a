//! The values of a multi-valued attribute, each once, and one of them primary at most (RFC 7643 section 2.4).

use std::collections::{HashMap, hash_map::Entry};

use serde_json::Value;

use crate::protocol::{bounds, case_fold::case_fold, messages::error::ScimError, schema::attribute::Attribute};

/// Merges equal values into the first of them and keeps one primary: the last claim among `winners`, otherwise the last
/// claim of all. A placeholder never takes primary from a real value; its claim counts once it is filled in.
///
/// # Errors
/// 400 `tooMany` for too many values.
pub fn with_one_primary(
    attribute: &Attribute,
    values: Vec<Value>,
    winners: Option<&[usize]>,
) -> Result<Vec<Value>, ScimError> {
    let primary = |value: &Value| value.get("primary") == Some(&Value::Bool(true));
    let speaks = |value: &Value| primary(value) && !is_placeholder(value);
    let winner =
        winners.and_then(|winners| winners.iter().rev().copied().find(|at| values.get(*at).is_some_and(speaks)));
    let claimed = winner.or_else(|| values.iter().rposition(speaks));
    let mut seen = HashMap::new();
    let mut settled: Vec<Value> = Vec::with_capacity(values.len());
    for (at, mut value) in values.into_iter().enumerate() {
        // A claim in this request overrides that of a placeholder.
        if claimed != Some(at) && primary(&value) && (winner.is_some() || !is_placeholder(&value)) {
            value["primary"] = Value::Bool(false);
        }
        match seen.entry(identity(attribute, &value)) {
            Entry::Vacant(first) => {
                first.insert(settled.len());
                settled.push(value);
            }
            // The primary one replaces its duplicate.
            Entry::Occupied(first) if claimed == Some(at) => settled[*first.get()] = value,
            Entry::Occupied(_) => {}
        }
    }
    if settled.len() > bounds::VALUES {
        return Err(ScimError::too_many(format!("{} has more than {} values", attribute.name, bounds::VALUES)));
    }
    Ok(settled)
}

/// Builds the text by which duplicates are recognized: value and type (RFC 7643 section 2.4), or the whole value if it has
/// no `value`.
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

/// Says whether a value is a placeholder: Okta re-provisions with `{"primary":true,"type":"work","value":null}`
/// (fleet#53446).
pub fn is_placeholder(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.keys().all(|key| matches!(key.as_str(), "type" | "primary")),
        _ => false,
    }
}
