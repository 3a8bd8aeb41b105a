//! The body of a PATCH.

use serde_json::{Map, Value};

use super::members::{self, MemberOperation};
use crate::protocol::{
    bounds,
    messages::error::ScimError,
    schema::{
        ResourceType,
        path::{self, Container, Target},
    },
    shorten::shorten,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Add,
    Remove,
    Replace,
}

/// One operation of a PATCH; its path is read once, here.
#[derive(Debug, Clone)]
pub enum Operation {
    Document(DocumentOperation),
    /// On the members of a group.
    Members(MemberOperation),
}

/// An operation on the document of a resource.
#[derive(Debug, Clone)]
pub struct DocumentOperation {
    pub op: Op,
    /// `None` if the keys of the value name what it is about.
    pub target: Option<Target>,
    /// `None` if the operation has no `value`; null counts as a value.
    pub value: Option<Value>,
}

/// Reads the operations of a PatchOp message; member names and `op` may be in any letter case, and `schemas` is not
/// required.
///
/// # Errors
/// 400 `invalidSyntax` for an invalid PatchOp, `tooMany` for too many operations, `invalidPath` for a path that is not a
/// string, too long or outside the grammar, `mutability` for a change to a member itself.
pub fn parse(body: Map<String, Value>, resource_type: &ResourceType) -> Result<Vec<Operation>, ScimError> {
    let operations = body.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("Operations"));
    let Some((_, Value::Array(operations))) = operations else { return Err(no_operations()) };
    if operations.len() > bounds::OPERATIONS {
        return Err(too_many());
    }
    operations.into_iter().map(|value| operation(value, resource_type)).collect()
}

pub fn no_operations() -> ScimError {
    ScimError::invalid_syntax("a PATCH needs Operations, an array")
}

pub fn not_an_object() -> ScimError {
    ScimError::invalid_syntax("each of the Operations must be an object")
}

pub fn too_many() -> ScimError {
    ScimError::too_many(format!("a PATCH may have {} operations at most", bounds::OPERATIONS))
}

fn operation(value: Value, resource_type: &ResourceType) -> Result<Operation, ScimError> {
    let Value::Object(members) = value else { return Err(not_an_object()) };
    let (mut op, mut path, mut assigned) = (None, None, None);
    for (key, value) in members {
        match key.to_ascii_lowercase().as_str() {
            "op" => op = Some(value),
            "path" => path = Some(value),
            "value" => assigned = Some(value),
            _ => {}
        }
    }
    let target = path.map(|path| target(path, resource_type)).transpose()?.flatten();
    from_members(op, target, assigned)
}

/// Builds an operation from its members.
///
/// # Errors
/// Same as [`parse`].
pub fn from_members(op: Option<Value>, target: Option<Target>, value: Option<Value>) -> Result<Operation, ScimError> {
    let op = match op.as_ref().and_then(Value::as_str).map(|op| op.trim().to_ascii_lowercase()).as_deref() {
        // `Add`, `Replace` and `Remove`: Entra ID without aadOptscim062020.
        Some("add") => Op::Add,
        Some("remove") => Op::Remove,
        Some("replace") => Op::Replace,
        Some(other) => {
            return Err(ScimError::invalid_syntax(format!(
                "op is '{}', and must be add, remove or replace",
                shorten(other)
            )));
        }
        None => {
            return Err(ScimError::invalid_syntax("an operation needs an op: add, remove or replace"));
        }
    };
    Ok(match target {
        Some(Target::Members(filter)) => Operation::Members(members::operation(op, filter, value)?),
        target => Operation::Document(DocumentOperation { op, target, value }),
    })
}

/// Reads the `path` of an operation; a `path` that is null or empty means the whole resource.
///
/// # Errors
/// Same as [`parse`].
pub fn target(path: Value, resource_type: &ResourceType) -> Result<Option<Target>, ScimError> {
    match path {
        Value::Null => Ok(None),
        Value::String(path) if path.trim().is_empty() => Ok(None),
        Value::String(path) if path.len() > bounds::FILTER_LENGTH => {
            Err(ScimError::invalid_path(format!("a path is longer than {} bytes", bounds::FILTER_LENGTH)))
        }
        Value::String(path) => target_of(path, resource_type).map(Some),
        _ => Err(ScimError::invalid_path("a path must be a string")),
    }
}

/// Reads a path as far as that is possible without the document: one to an unregistered extension is only read once there is
/// one.
fn target_of(path: String, resource_type: &ResourceType) -> Result<Target, ScimError> {
    let head = path.split_once('[').map_or(path.as_str(), |(head, _)| head).trim();
    match path::split_urn(head, resource_type).0 {
        Container::Unregistered(_) if !path::is_foreign(head, resource_type) => Ok(Target::Unregistered(path)),
        _ => path::parse(&path, resource_type),
    }
}
