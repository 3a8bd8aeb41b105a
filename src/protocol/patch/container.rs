//! The object that contains an attribute.

use serde_json::{Map, Value};

use crate::protocol::{resource::document::Document, schema::path::Container};

/// Returns the object that contains an attribute, creating it if there is none.
pub fn enter<'a>(document: &'a mut Document, container: &Container) -> Option<&'a mut Map<String, Value>> {
    match container.key() {
        None => Some(document),
        Some(key) => document.entry(key).or_insert_with(|| Value::Object(Map::new())).as_object_mut(),
    }
}

/// Removes an extension that has no attributes left.
pub fn leave(document: &mut Document, container: &Container) {
    if let Some(key) = container.key()
        && document.get(key).and_then(Value::as_object).is_some_and(Map::is_empty)
    {
        document.remove(key);
    }
}
