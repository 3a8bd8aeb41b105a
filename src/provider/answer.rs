//! What an operation answers with.

use serde_json::Value;

use crate::{
    protocol::{
        resource::{document::Document, projection::Projection, representation::Representation},
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

/// Reduces a representation to what the projection asks for; a document that a write has at hand is not parsed again.
pub(super) fn project(
    mut representation: Representation,
    document: Option<Document>,
    projection: &Projection,
    resource_type: &ResourceType,
) -> Result<Representation, OperationError> {
    let is_whole = projection.is_whole() && !resource_type.has_hidden_by_default;
    if projection.is_nothing() || is_whole && representation.extension.is_none() {
        return Ok(representation);
    }
    let parsed = match document {
        Some(document) => representation.with_document(document, resource_type),
        None => representation.parse(),
    };
    let mut whole =
        parsed.map_err(|error| OperationError::Corrupt(format!("a spliced resource is not JSON: {error}")))?;
    if let Some((urn, value)) = representation.extension.take() {
        if let Some(Value::Array(schemas)) = whole.get_mut("schemas") {
            schemas.push(urn.into());
        }
        whole.insert(urn.to_owned(), value);
    }
    representation.text = Value::Object(projection.apply(whole, resource_type)).to_string();
    Ok(representation)
}
