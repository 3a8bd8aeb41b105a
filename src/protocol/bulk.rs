//! Bulk (RFC 7644 section 3.7): the message, and references to what other operations of it create.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{bounds, error::ScimError, path::shorten};

const REFERENCE: &str = "bulkId:";

#[derive(Debug)]
pub struct BulkRequest {
    /// Errors after which the rest is not tried.
    pub fail_on_errors: Option<u64>,
    pub operations: Vec<BulkOperation>,
}

#[derive(Debug, Clone)]
pub struct BulkOperation {
    pub method: String,
    pub bulk_id: Option<String>,
    pub path: String,
    pub version: Option<String>,
    pub data: Map<String, Value>,
}

/// Reads a BulkRequest; member names in any case.
///
/// # Errors
/// 400 `invalidSyntax` for what is none, 413 past the bound of operations.
pub fn parse(body: Map<String, Value>) -> Result<BulkRequest, ScimError> {
    let mut request = BulkRequest { fail_on_errors: None, operations: vec![] };
    let mut operations = None;
    for (name, value) in body {
        match name.to_ascii_lowercase().as_str() {
            "operations" => operations = Some(value),
            "failonerrors" => request.fail_on_errors = value.as_u64().filter(|errors| *errors > 0),
            _ => {}
        }
    }
    let Some(Value::Array(operations)) = operations else {
        return Err(ScimError::invalid_syntax("a Bulk request needs Operations, an array"));
    };
    if operations.len() > bounds::BULK_OPERATIONS {
        let bound = bounds::BULK_OPERATIONS;
        return Err(ScimError::new(413, format!("a Bulk request may have {bound} operations at most")));
    }
    for operation in operations {
        let Value::Object(operation) = operation else {
            return Err(ScimError::invalid_syntax("each of the Operations must be an object"));
        };
        request.operations.push(self::operation(operation));
    }
    Ok(request)
}

/// What is missing or misspelled in one operation is that operation's own error.
fn operation(members: Map<String, Value>) -> BulkOperation {
    let mut operation =
        BulkOperation { method: String::new(), bulk_id: None, path: String::new(), version: None, data: Map::new() };
    for (name, value) in members {
        match (name.to_ascii_lowercase().as_str(), value) {
            ("method", Value::String(method)) => operation.method = method.to_ascii_uppercase(),
            ("bulkid", Value::String(bulk_id)) => operation.bulk_id = Some(bulk_id),
            ("path", Value::String(path)) => operation.path = path,
            ("version", Value::String(version)) => operation.version = Some(version),
            ("data", Value::Object(data)) => operation.data = data,
            // The operations of a PATCH without their message: RFC 7644 section 3.7.3 shows it so.
            ("data", operations @ Value::Array(_)) => {
                operation.data = Map::from_iter([("Operations".to_owned(), operations)]);
            }
            _ => {}
        }
    }
    operation
}

impl BulkOperation {
    pub fn is_create(&self) -> bool {
        self.method == "POST"
    }

    /// The bulkIds this operation refers to.
    pub fn references(&self) -> HashSet<String> {
        let mut found = HashSet::new();
        collect_text(&self.path, &mut found);
        self.data.values().for_each(|value| collect(value, &mut found));
        found
    }

    /// The operation with ids in place of the references that are resolved.
    pub fn resolve(&self, ids: &HashMap<String, String>) -> Self {
        let mut resolved = self.clone();
        resolved.path = resolve_text(&self.path, ids);
        resolved.data.values_mut().for_each(|value| resolve(value, ids));
        resolved
    }

    /// The operation without the values that refer to anything.
    pub fn without_references(&self) -> Self {
        let mut without = self.clone();
        let data = std::mem::take(&mut without.data);
        without.data = data.into_iter().filter_map(|(name, value)| strip(value).map(|value| (name, value))).collect();
        without
    }

    /// What became of it, as the response says it.
    pub fn response(&self, outcome: &Outcome) -> Value {
        let mut response = json!({ "method": self.method });
        if let Some(bulk_id) = &self.bulk_id {
            response["bulkId"] = bulk_id.as_str().into();
        }
        match outcome {
            Outcome::Done { status, location, version } => {
                response["status"] = status.to_string().into();
                if let Some(location) = location {
                    response["location"] = location.as_str().into();
                }
                if let Some(version) = version {
                    response["version"] = version.as_str().into();
                }
            }
            Outcome::Refused { error, location } => {
                response["status"] = error.status.to_string().into();
                if let Some(location) = location {
                    response["location"] = location.as_str().into();
                }
                response["response"] = error.to_json();
            }
        }
        response
    }
}

/// What became of an operation.
#[derive(Debug)]
pub enum Outcome {
    Done { status: u16, location: Option<String>, version: Option<String> },
    Refused { error: ScimError, location: Option<String> },
}

/// The refusal of what refers to nothing, or to what failed.
pub fn unresolved(bulk_id: &str) -> ScimError {
    let bulk_id = shorten(bulk_id);
    ScimError::new(409, format!("bulkId:{bulk_id} was not created, so nothing can refer to it"))
}

fn collect(value: &Value, found: &mut HashSet<String>) {
    match value {
        Value::String(text) => collect_text(text, found),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => object.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

fn collect_text(text: &str, found: &mut HashSet<String>) {
    found.extend(references(text).map(|(_, bulk_id)| bulk_id.to_owned()));
}

/// The bulkIds in a text, each with the byte its reference begins at: the whole of a value, a segment of a path or URL, or
/// a filter's string. Anywhere else it is a word like others.
fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(REFERENCE)
        .filter(|(at, _)| text[..*at].chars().last().is_none_or(|c| matches!(c, '"' | '/')))
        .map(|(at, _)| {
            let rest = &text[at + REFERENCE.len()..];
            (at, rest.split(|c: char| c.is_whitespace() || "\"/]".contains(c)).next().unwrap_or_default())
        })
}

fn refers(text: &str) -> bool {
    references(text).next().is_some()
}

fn resolve(value: &mut Value, ids: &HashMap<String, String>) {
    match value {
        Value::String(text) if refers(text) => *text = resolve_text(text, ids),
        Value::Array(values) => values.iter_mut().for_each(|value| resolve(value, ids)),
        Value::Object(object) => object.values_mut().for_each(|value| resolve(value, ids)),
        _ => {}
    }
}

fn resolve_text(text: &str, ids: &HashMap<String, String>) -> String {
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

/// An object whose `value` is a reference goes as a whole.
fn strip(value: Value) -> Option<Value> {
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
    use super::*;

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
        assert_eq!(found, ["a", "c", "g"]);
        let ids = [("a", "1"), ("g", "group-2")].map(|(bulk_id, id)| (bulk_id.to_owned(), id.to_owned())).into();
        let resolved = operation.resolve(&ids);
        assert_eq!(resolved.path, "/Groups/group-2");
        assert_eq!(resolved.data["members"][1], json!({ "value": "1", "$ref": "../Users/1" }));
        assert_eq!(resolved.references().into_iter().collect::<Vec<_>>(), ["c"]);
        assert_eq!(operation.without_references().data["members"], json!([]));
        assert!(of(json!({ "title": "see bulkId:x" })).references().iter().all(|bulk_id| bulk_id == "g"));
    }
}
