//! References between operations: `bulkId:` followed by the bulkId of a POST, wherever a value may be (RFC 7644 section
//! 3.7.2).

use std::collections::{HashMap, HashSet};

use serde_json::Value;

const REFERENCE: &str = "bulkId:";

/// Adds every bulkId that a JSON value refers to.
pub fn collect(value: &Value, found: &mut HashSet<String>) {
    match value {
        Value::String(text) => collect_text(text, found),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => object.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Adds every bulkId that a text refers to.
pub fn collect_text(text: &str, found: &mut HashSet<String>) {
    found.extend(references(text).map(|(_, bulk_id)| bulk_id.to_owned()));
}

/// Finds the bulkIds in a text, each with the byte offset of its reference. A reference is a whole value, a segment of a
/// path or URL, or a string of a filter; anywhere else `bulkId:` is ordinary text.
fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut past = 0;
    text.match_indices(REFERENCE).filter_map(move |(at, _)| {
        // Inside another reference it is part of that bulkId.
        if at < past {
            return None;
        }
        let rest = &text[at + REFERENCE.len()..];
        let end = match text[..at].chars().last() {
            None => None,
            Some('/') => rest.find(['/', '"']),
            Some('"') => rest.find('"'),
            Some(_) => return None,
        };
        let bulk_id = &rest[..end.unwrap_or(rest.len())];
        past = text.len() - rest.len() + bulk_id.len();
        Some((at, bulk_id))
    })
}

/// Says whether a text contains a reference.
pub fn refers(text: &str) -> bool {
    references(text).next().is_some()
}

/// Replaces the references in a JSON value whose ids are known.
pub fn resolve(value: &mut Value, ids: &HashMap<String, String>) {
    match value {
        Value::String(text) if refers(text) => *text = resolve_text(text, ids),
        Value::Array(values) => values.iter_mut().for_each(|value| resolve(value, ids)),
        Value::Object(object) => object.values_mut().for_each(|value| resolve(value, ids)),
        _ => {}
    }
}

/// Replaces the references in a text whose ids are known.
pub fn resolve_text(text: &str, ids: &HashMap<String, String>) -> String {
    let mut resolved = String::with_capacity(text.len());
    let mut from = 0;
    for (at, bulk_id) in references(text) {
        if let Some(id) = ids.get(bulk_id) {
            resolved.push_str(&text[from..at]);
            resolved.push_str(id);
            from = at + REFERENCE.len() + bulk_id.len();
        }
    }
    resolved.push_str(&text[from..]);
    resolved
}

/// Removes the references from a value. An object whose `value` is a reference is removed as a whole.
pub fn strip(value: Value) -> Option<Value> {
    match value {
        Value::String(text) => (!refers(&text)).then_some(Value::String(text)),
        Value::Array(values) => Some(Value::Array(values.into_iter().filter_map(strip).collect())),
        Value::Object(object) => {
            let refers = object.get("value").and_then(Value::as_str).is_some_and(refers);
            let kept = object.into_iter().filter_map(|(name, value)| strip(value).map(|value| (name, value)));
            (!refers).then(|| Value::Object(kept.collect()))
        }
        value => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::messages::bulk::BulkOperation;

    fn of(data: Value) -> BulkOperation {
        let Value::Object(data) = data else { panic!("an object") };
        BulkOperation { method: "POST".into(), bulk_id: None, path: "/Groups/bulkId:g".into(), version: None, data }
    }

    #[test]
    fn references_are_found_and_resolved_wherever_a_value_may_stand() {
        let operation = of(json!({
            "members": [{ "value": "bulkId:a b" }, { "value": "bulkId:a", "$ref": "../Users/bulkId:a" }],
            "Operations": [{ "path": "members[value eq \"bulkId:c\"]" }],
        }));
        let mut found: Vec<String> = operation.references().into_iter().collect();
        found.sort_unstable();
        assert_eq!(found, ["a", "a b", "c", "g"]);
        let ids = [("a", "1"), ("g", "group-2")].map(|(bulk_id, id)| (bulk_id.to_owned(), id.to_owned())).into();
        let resolved = operation.clone().resolve(&ids);
        assert_eq!(resolved.path, "/Groups/group-2");
        assert_eq!(resolved.data["members"][1], json!({ "value": "1", "$ref": "../Users/1" }));
        assert_eq!(resolved.references(), ["a b", "c"].map(str::to_owned).into());
        assert_eq!(operation.data_without_references()["members"], json!([]));
        assert!(of(json!({ "title": "see bulkId:x" })).references().iter().all(|bulk_id| bulk_id == "g"));
    }
}
