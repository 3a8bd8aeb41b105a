//! Placeholders: values that say nothing yet while a request is being applied, and are dropped if they still say nothing at
//! its end.
//!
//! `emails[type eq "work"].primary` may come before `emails[type eq "work"].value`, in another operation or as a key sorted
//! before it. Both build one value, so values are only checked after everything has been applied.

use serde_json::{Map, Value};

use crate::protocol::{
    resource::{document::Document, primary::is_placeholder},
    schema::ResourceType,
};

/// Drops the values that are still placeholders.
pub fn drop_placeholders(document: &mut Document, resource_type: &ResourceType) {
    drop_in(document);
    for schema in &resource_type.extensions {
        let Some(extension) = document.get_mut(schema.urn).and_then(Value::as_object_mut) else { continue };
        drop_in(extension);
        if extension.is_empty() {
            document.shift_remove(schema.urn);
        }
    }
}

fn drop_in(object: &mut Map<String, Value>) {
    object.retain(|_, value| {
        let Value::Array(values) = value else { return true };
        if !values.iter().any(is_placeholder) {
            return true;
        }
        values.retain(|value| !is_placeholder(value));
        !values.is_empty()
    });
}
