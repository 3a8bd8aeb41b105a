//! A resource's document: every attribute except `id`, `meta`, `groups` and `members`, under its canonical name.

use serde_json::{Map, Value};

use crate::protocol::{messages::error::ScimError, schema::ResourceType};

pub type Document = Map<String, Value>;

/// Lists the `schemas` of a document: the core schema and those of the extensions that have a value.
pub fn schemas(document: &Document, resource_type: &ResourceType) -> Value {
    let extensions = document.keys().filter(|key| key.contains(':')).map(String::as_str);
    std::iter::once(resource_type.schema.urn).chain(extensions).collect()
}

/// Returns a document with its `schemas` first, as it is stored.
pub fn with_schemas(document: &Document, resource_type: &ResourceType) -> Document {
    let mut whole = Map::with_capacity(document.len() + 1);
    whole.insert("schemas".to_owned(), schemas(document, resource_type));
    whole.extend(document.iter().filter(|(key, _)| *key != "schemas").map(|(key, value)| (key.clone(), value.clone())));
    whole
}

/// Moves the attributes of the core schema to the top level of a body, for a client that nests them under the schema's URN
/// like an extension (scimverify).
///
/// # Errors
/// 400 `invalidValue` if anything but an object stands under the URN.
pub fn flattened(body: Map<String, Value>, resource_type: &ResourceType) -> Result<Map<String, Value>, ScimError> {
    let is_own = |key: &str| key.trim().eq_ignore_ascii_case(resource_type.schema.urn);
    if !body.keys().any(|key| is_own(key)) {
        return Ok(body);
    }
    let mut flat = Map::with_capacity(body.len());
    for (key, value) in body {
        if is_own(&key) {
            flat.extend(inner(value, resource_type)?);
        } else {
            flat.insert(key, value);
        }
    }
    Ok(flat)
}

/// Reads what stands under the URN of the core schema: an object, null, or an array of one.
///
/// # Errors
/// As [`flattened`].
pub fn inner(value: Value, resource_type: &ResourceType) -> Result<Map<String, Value>, ScimError> {
    match value {
        Value::Object(inner) => Ok(inner),
        Value::Null => Ok(Map::new()),
        Value::Array(mut values) if values.len() <= 1 => inner(values.pop().unwrap_or_default(), resource_type),
        _ => Err(ScimError::invalid_value(format!("{} must be an object", resource_type.schema.urn))),
    }
}

/// Renames extensions and their attributes to the spelling of their schemas; what was stored before a schema was registered
/// still has the spelling it was sent with.
pub fn rename(document: &mut Document, resource_type: &ResourceType) {
    for schema in &resource_type.extensions {
        rename_key(document, schema.urn);
        let Some(Value::Object(extension)) = document.get_mut(schema.urn) else { continue };
        for attribute in schema.attributes {
            rename_key(extension, attribute.name);
            for sub in attribute.sub_attributes() {
                match extension.get_mut(attribute.name) {
                    Some(Value::Object(value)) => rename_key(value, sub.name),
                    Some(Value::Array(values)) => {
                        values
                            .iter_mut()
                            .filter_map(Value::as_object_mut)
                            .for_each(|value| rename_key(value, sub.name));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn rename_key(object: &mut Map<String, Value>, name: &str) {
    if object.contains_key(name) {
        return;
    }
    let Some(key) = object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned() else { return };
    if let Some(value) = object.shift_remove(&key) {
        object.insert(name.to_owned(), value);
    }
}

/// Reads the text of a required attribute.
///
/// # Errors
/// 400 `invalidValue`, telling the administrator to map the attribute.
pub fn required<'a>(document: &'a Document, name: &str) -> Result<&'a str, ScimError> {
    match document.get(name).and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(missing(name)),
    }
}

/// Checks that the extensions of a document have their required attributes. An extension stored before its schema was
/// registered may lack one, and that must not keep a leaver active, so unchanged extensions are not checked.
///
/// # Errors
/// As [`required`], for the attributes of the extensions that differ from `before`.
pub fn require_extensions(
    before: Option<&Document>,
    document: &Document,
    resource_type: &ResourceType,
) -> Result<(), ScimError> {
    for schema in &resource_type.extensions {
        let Some(extension) = document.get(schema.urn) else { continue };
        if before.and_then(|before| before.get(schema.urn)) == Some(extension) {
            continue;
        }
        for attribute in schema.attributes.iter().filter(|attribute| attribute.required) {
            if extension.get(attribute.name).is_none() {
                return Err(missing(&format!("{}:{}", schema.urn, attribute.name)));
            }
        }
        for attribute in schema.attributes {
            let values = match extension.get(attribute.name) {
                Some(Value::Array(values)) => values.as_slice(),
                Some(value) => std::slice::from_ref(value),
                None => &[],
            };
            let mut required = attribute.sub_attributes().iter().filter(|sub| sub.required);
            if let Some(sub) = required.find(|sub| values.iter().any(|value| value.get(sub.name).is_none())) {
                return Err(missing(&format!("{}:{}.{}", schema.urn, attribute.name, sub.name)));
            }
        }
    }
    Ok(())
}

/// Builds the error for a resource without a required attribute.
pub fn missing(name: &str) -> ScimError {
    ScimError::invalid_value(format!("{name} is required: map it in your identity provider's attribute mapping"))
}
