//! A resource's document: everything but `id`, `meta`, `groups` and `members`, under canonical names.

use serde_json::{Map, Value};

use super::{error::ScimError, schema::ResourceType};

pub type Document = Map<String, Value>;

/// The `schemas` of a document: the resource type's own and those of the extensions that have a value.
pub fn schemas(document: &Document, resource_type: &ResourceType) -> Value {
    let extensions = document.keys().filter(|key| key.contains(':')).map(String::as_str);
    std::iter::once(resource_type.schema.urn).chain(extensions).collect()
}

/// A document with its `schemas` in front, as it is stored.
pub fn with_schemas(document: &Document, resource_type: &ResourceType) -> Document {
    let mut whole = Map::with_capacity(document.len() + 1);
    whole.insert("schemas".to_owned(), schemas(document, resource_type));
    whole.extend(document.iter().filter(|(key, _)| *key != "schemas").map(|(key, value)| (key.clone(), value.clone())));
    whole
}

/// The text of a required attribute.
///
/// # Errors
/// 400 `invalidValue` that tells the administrator to map it.
pub fn required<'a>(document: &'a Document, name: &str) -> Result<&'a str, ScimError> {
    match document.get(name).and_then(Value::as_str) {
        Some(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(missing(name)),
    }
}

/// # Errors
/// As [`required`], for the attributes of the extensions that the document has.
pub fn require_extensions(document: &Document, resource_type: &ResourceType) -> Result<(), ScimError> {
    for schema in &resource_type.extensions {
        let Some(extension) = document.get(schema.urn) else { continue };
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

/// The refusal of a resource without a required attribute.
pub fn missing(name: &str) -> ScimError {
    ScimError::invalid_value(format!("{name} is required: map it in your identity provider's attribute mapping"))
}
