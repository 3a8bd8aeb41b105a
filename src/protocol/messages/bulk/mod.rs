//! Bulk (RFC 7644 section 3.7): the message and the outcomes of its operations.

mod reference;
mod schedule;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::protocol::{bounds, messages::error::ScimError, shorten::shorten};
pub use {
    reference::refers,
    schedule::{Schedule, Unit},
};

/// The methods of an operation (RFC 7644 section 3.7).
const METHODS: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

#[derive(Debug)]
pub struct BulkRequest {
    /// Number of errors after which the remaining operations are not tried.
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

/// What the path of an operation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResourcePath<'a> {
    pub is_user: bool,
    pub id: Option<&'a str>,
}

impl ResourcePath<'_> {
    /// Builds the URL of the resource; `None` for a collection.
    pub fn location(self, base_url: &str) -> Option<String> {
        let endpoint = if self.is_user { "Users" } else { "Groups" };
        self.id.map(|id| format!("{base_url}/{endpoint}/{id}"))
    }
}

/// Reads a BulkRequest; member names may be in any letter case.
///
/// # Errors
/// 400 `invalidSyntax` for an invalid request, 413 for too many operations.
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

/// Reads one operation. Anything missing or misspelled in it becomes an error of that operation only.
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
            // The operations of a PATCH without their PatchOp message, as RFC 7644 section 3.7.3 shows them.
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

    /// Collects the bulkIds this operation refers to.
    pub fn references(&self) -> HashSet<String> {
        let mut found = HashSet::new();
        reference::collect_text(&self.path, &mut found);
        self.data.values().for_each(|value| reference::collect(value, &mut found));
        found
    }

    /// Takes the operation together with its data, which may be most of the body, leaving the data here empty.
    pub fn take(&mut self) -> Self {
        let data = std::mem::take(&mut self.data);
        Self { data, ..self.clone() }
    }

    /// Replaces the references that are resolved with their ids.
    pub fn resolve(mut self, ids: &HashMap<String, String>) -> Self {
        self.path = reference::resolve_text(&self.path, ids);
        self.data.values_mut().for_each(|value| reference::resolve(value, ids));
        self
    }

    /// Returns the data without the values that are references.
    pub fn data_without_references(self) -> Map<String, Value> {
        let data = self.data.into_iter();
        data.filter_map(|(name, value)| reference::strip(value).map(|value| (name, value))).collect()
    }

    /// Finds a text in the data by the name of its attribute, in any letter case.
    pub fn data_text(&self, attribute: &str) -> Option<&str> {
        self.data.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute))?.1.as_str()
    }

    /// Parses the path; `None` unless it names a collection or a single resource in one.
    pub fn resource_path(&self) -> Option<ResourcePath<'_>> {
        // A base URL that ends with a slash leads to a double slash.
        let mut segments = self.path.split('/').filter(|segment| !segment.is_empty());
        let (endpoint, id) = (segments.next()?, segments.next());
        let is_user = endpoint.eq_ignore_ascii_case("Users");
        let is_one = (is_user || endpoint.eq_ignore_ascii_case("Groups")) && segments.next().is_none();
        is_one.then_some(ResourcePath { is_user, id })
    }

    /// Builds the entry of this operation in the response.
    pub fn response(&self, outcome: &Outcome) -> Value {
        let mut response = json!({});
        // An unknown method is not echoed: clients generated from the API document know only these four.
        if METHODS.contains(&self.method.as_str()) {
            response["method"] = self.method.as_str().into();
        }
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

/// The outcome of an operation.
#[derive(Debug)]
pub enum Outcome {
    Done { status: u16, location: Option<String>, version: Option<String> },
    Refused { error: ScimError, location: Option<String> },
}

impl Outcome {
    pub const fn refusal(&self) -> Option<&ScimError> {
        match self {
            Self::Refused { error, .. } => Some(error),
            Self::Done { .. } => None,
        }
    }
}

/// Builds the error for a reference to a bulkId that does not exist or whose operation failed.
pub fn unresolved(bulk_id: &str) -> ScimError {
    let bulk_id = shorten(bulk_id);
    ScimError::new(409, format!("bulkId:{bulk_id} was not created, so nothing can refer to it"))
}

/// Says whether an error is only a consequence of another one.
pub fn is_consequence(error: &ScimError) -> bool {
    error.status == 409 && error.scim_type.is_none()
}
