//! The search document of a resource: every value as a text that all databases compare in the same way, under lower-case
//! keys.
//!
//! A caseExact-false string is stored as [`case_fold`] returns it, any other string unchanged. Booleans, numbers and
//! instants are texts that begin with U+0001; numbers and instants are encoded so that they keep their order. A filter
//! therefore only ever compares text.

use serde_json::{Map, Value};

use crate::protocol::{
    case_fold::case_fold,
    date,
    schema::{
        ResourceType, Schema,
        attribute::{Attribute, DataType},
    },
};

/// Marks a text that is not a string.
pub const MARK: char = '\u{1}';

/// Encodes a Boolean.
pub const fn boolean(value: bool) -> &'static str {
    if value { "\u{1}t" } else { "\u{1}f" }
}

/// Encodes a number in hexadecimal digits that sort in numeric order.
pub fn number(number: f64) -> String {
    let bits = if number == 0.0 { 0 } else { number.to_bits() };
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    format!("{MARK}n{ordered:016x}")
}

pub fn instant(milliseconds: i64) -> String {
    // Exact up to the year 287,396.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any calendar date fit 53 bits")]
    number(milliseconds as f64)
}

/// Encodes a string so that it cannot be mistaken for a marked text.
pub fn exact(text: &str) -> String {
    if text.starts_with(MARK) { text.replacen(MARK, "\u{fffd}", 1) } else { text.to_owned() }
}

/// Builds the search document of a document or of a whole resource.
pub fn from_resource(resource: &Map<String, Value>, resource_type: &ResourceType) -> Map<String, Value> {
    let mut search_document = Map::new();
    for (key, value) in resource {
        let searchable = if let Some(attribute) = resource_type.core_attribute(key) {
            from_attribute(attribute, value)
        } else if let Some(schema) = resource_type.extension(key) {
            from_extension(schema, value)
        } else {
            from_untyped(value)
        };
        let Some(searchable) = searchable else { continue };
        let key = key.to_ascii_lowercase();
        if let (Some(value), false) = (to_sort_by(&searchable), key.contains(':')) {
            search_document.insert(sort_value(&key), value.clone());
        }
        search_document.insert(key, searchable);
    }
    search_document
}

fn from_extension(schema: &Schema, extension: &Value) -> Option<Value> {
    let mut search_document = Map::new();
    for (name, value) in extension.as_object()? {
        let searchable = schema.attribute(name).and_then(|attribute| from_attribute(attribute, value));
        let Some(searchable) = searchable else { continue };
        let name = name.to_ascii_lowercase();
        if let Some(value) = to_sort_by(&searchable) {
            search_document.insert(sort_value(&name), value.clone());
        }
        search_document.insert(name, searchable);
    }
    (!search_document.is_empty()).then_some(Value::Object(search_document))
}

/// Returns the key of the value by which a multi-valued attribute is sorted; no attribute name begins like it.
pub fn sort_value(key: &str) -> String {
    format!("~{key}")
}

/// Returns the primary value, or the first if none is primary.
fn to_sort_by(values: &Value) -> Option<&Value> {
    let values = values.as_array()?;
    let primary = values.iter().find(|value| value.get("primary").and_then(Value::as_str) == Some(boolean(true)));
    primary.or_else(|| values.first())
}

/// Builds the search document of one attribute's value; `None` if there is nothing in it.
pub fn from_attribute(attribute: &Attribute, value: &Value) -> Option<Value> {
    match value {
        Value::Array(values) => {
            let values: Vec<Value> = values.iter().filter_map(|value| from_attribute(attribute, value)).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        Value::Object(_) => from_object(value, |name, value| {
            attribute.sub_attribute(name).and_then(|attribute| from_attribute(attribute, value))
        }),
        Value::Bool(value) => Some(boolean(*value).into()),
        Value::Number(value) => value.as_f64().map(|value| number(value).into()),
        Value::String(text) => match attribute.data_type {
            DataType::DateTime => date::parse(text).map(|milliseconds| instant(milliseconds).into()),
            _ if attribute.case_exact => Some(exact(text).into()),
            _ => Some(exact(&case_fold(text)).into()),
        },
        Value::Null => None,
    }
}

/// Builds the search document of a value in an unregistered extension, whose strings are caseExact false.
pub fn from_untyped(value: &Value) -> Option<Value> {
    match value {
        Value::Array(values) => {
            let values: Vec<Value> = values.iter().filter_map(from_untyped).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        Value::Object(_) => from_object(value, |_, value| from_untyped(value)),
        Value::Bool(value) => Some(boolean(*value).into()),
        Value::Number(value) => value.as_f64().map(|value| number(value).into()),
        Value::String(text) => Some(exact(&case_fold(text)).into()),
        Value::Null => None,
    }
}

fn from_object(value: &Value, of_value: impl Fn(&str, &Value) -> Option<Value>) -> Option<Value> {
    let object = value.as_object()?;
    let mut search_document = Map::new();
    for (name, value) in object {
        if let Some(searchable) = of_value(name, value) {
            search_document.insert(name.to_ascii_lowercase(), searchable);
        }
    }
    (!search_document.is_empty()).then_some(Value::Object(search_document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_texts() {
        let sorted = [f64::MIN, -2.5, -1.0, -0.001, 0.0, 0.001, 1.0, 2.0, 10.0, f64::MAX];
        let texts: Vec<String> = sorted.iter().map(|n| number(*n)).collect();
        assert!(texts.is_sorted());
        assert_eq!(number(-0.0), number(0.0));
    }
}
