//! What an operation answers with.

use serde_json::{Map, Value};

use crate::{
    protocol::{
        resource::{projection::Projection, representation::Representation},
        schema::ResourceType,
        warnings::Warnings,
    },
    store::operation_error::OperationError,
};

/// A resource to return.
#[derive(Debug)]
pub struct ResourceAnswer {
    pub representation: Representation,
    pub warnings: Warnings,
}

/// The answer to a PATCH of a group.
#[derive(Debug)]
pub enum PatchedGroup {
    Whole(ResourceAnswer),
    /// It has too many members to return.
    Large {
        etag: String,
        location: String,
        warnings: Warnings,
    },
}

/// Reduces a representation to what the projection asks for.
pub(super) fn project(
    mut representation: Representation,
    projection: &Projection,
    resource_type: &ResourceType,
) -> Result<Representation, OperationError> {
    if !projection.is_whole() || resource_type.has_hidden_by_default {
        let whole: Map<String, Value> = serde_json::from_str(&representation.text)
            .map_err(|error| OperationError::Corrupt(format!("a spliced resource is not JSON: {error}")))?;
        representation.text = Value::Object(projection.apply(whole, resource_type)).to_string();
    }
    Ok(representation)
}
