//! The body of a PATCH.

use serde_json::{Map, Value};

use crate::protocol::{bounds, messages::error::ScimError, schema::path::shorten};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Add,
    Remove,
    Replace,
}

#[derive(Debug, Clone)]
pub struct Operation {
    pub op: Op,
    pub path: Option<String>,
    /// `None` if the operation has no `value`; null counts as a value.
    pub value: Option<Value>,
}

/// Reads the operations of a PatchOp message; member names and `op` may be in any letter case, and `schemas` is not
/// required.
///
/// # Errors
/// 400 `invalidSyntax` for an invalid PatchOp, `tooMany` for too many operations, `invalidPath` for a path that is not a
/// string or too long.
pub fn parse(body: Map<String, Value>) -> Result<Vec<Operation>, ScimError> {
    let operations = body.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("Operations"));
    let Some((_, Value::Array(operations))) = operations else { return Err(no_operations()) };
    if operations.len() > bounds::OPERATIONS {
        return Err(too_many());
    }
    operations.into_iter().map(operation).collect()
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

fn operation(value: Value) -> Result<Operation, ScimError> {
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
    from_members(op, path, assigned)
}

/// Builds an operation from its members.
///
/// # Errors
/// Same as [`parse`].
pub fn from_members(op: Option<Value>, path: Option<Value>, value: Option<Value>) -> Result<Operation, ScimError> {
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
    let path = match path {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) if path.trim().is_empty() => None,
        Some(Value::String(path)) if path.len() > bounds::FILTER_LENGTH => {
            return Err(ScimError::invalid_path(format!("a path is longer than {} bytes", bounds::FILTER_LENGTH)));
        }
        Some(Value::String(path)) => Some(path),
        Some(_) => return Err(ScimError::invalid_path("a path must be a string")),
    };
    Ok(Operation { op, path, value })
}
