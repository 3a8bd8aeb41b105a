//! Values that say nothing yet while a request is applied, and nothing at all when it ends so.
//!
//! `emails[type eq "work"].primary` may come before `emails[type eq "work"].value`, in another operation or as a key that
//! is sorted before it: the two build one value, so a value is looked at when everything was applied.

use serde_json::{Map, Value};

use crate::protocol::{coerce, document::Document, schema::ResourceType};

/// Drops the values that say nothing. One that took the primary and goes gives it back to who had it before.
pub fn drop_hollow(before: &Document, after: &mut Document, resource_type: &ResourceType) {
    drop_in(Some(before), after);
    for schema in &resource_type.extensions {
        let Some(extension) = after.get_mut(schema.urn).and_then(Value::as_object_mut) else { continue };
        drop_in(before.get(schema.urn).and_then(Value::as_object), extension);
        if extension.is_empty() {
            after.shift_remove(schema.urn);
        }
    }
}

fn drop_in(before: Option<&Map<String, Value>>, after: &mut Map<String, Value>) {
    after.retain(|name, values| {
        let Value::Array(values) = values else { return true };
        if !values.iter().any(coerce::is_hollow) {
            return true;
        }
        let claimed = values.iter().any(is_primary);
        values.retain(|value| !coerce::is_hollow(value));
        if claimed && !values.iter().any(is_primary) {
            let former = before.and_then(|before| before.get(name)?.as_array()?.iter().find(|value| is_primary(value)));
            give_back(former, values);
        }
        !values.is_empty()
    });
}

fn give_back(former: Option<&Value>, values: &mut [Value]) {
    let same = |value: &&mut Value| {
        former.is_some_and(|former| ["value", "type"].iter().all(|name| former.get(name) == value.get(name)))
    };
    if let Some(value) = values.iter_mut().find(same) {
        value["primary"] = Value::Bool(true);
    }
}

fn is_primary(value: &Value) -> bool {
    value.get("primary") == Some(&Value::Bool(true))
}
