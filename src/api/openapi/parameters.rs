//! What is the same for the parameters of every operation.

use serde_json::{Value, json};

const DESCRIPTIONS: [(&str, &str); 7] = [
    ("id", "The id that this server gave, as `id` of the resource has it."),
    ("urn", "The URN of a schema."),
    ("name", "The name of the connection, a part of its base URL."),
    ("attributes", "The attributes to answer with, by commas; those that are always returned come as well."),
    ("excludedAttributes", "The attributes not to answer with, by commas, of those that are returned by default."),
    ("If-Match", "Versions, as `ETag` has them, or `*`: another version than these is 412."),
    ("If-None-Match", "Versions, or `*`: a GET of one of these is 304, and a write where one of these is stored 412."),
];

/// Adds what the parameter lists of the endpoints do not repeat.
pub fn complete(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (_, methods) in paths {
        for (_, operation) in methods.as_object_mut().into_iter().flatten() {
            for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
                let described = DESCRIPTIONS.iter().find(|(name, _)| parameter["name"] == *name);
                if let Some((_, description)) = described.filter(|_| parameter["description"].is_null()) {
                    parameter["description"] = json!(description);
                }
            }
        }
    }
}
