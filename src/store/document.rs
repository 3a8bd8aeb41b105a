//! Reading a stored document.

use serde_json::Value;

use super::operation_error::OperationError;
use crate::protocol::{
    resource::document::{self, Document},
    schema::ResourceType,
};

/// Reads a stored document, using the names of the currently registered schemas.
///
/// # Errors
/// [`OperationError::Corrupt`] if it is not a JSON object.
pub fn read_document(text: &str, resource_type: &ResourceType) -> Result<Document, OperationError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut document)) => {
            document.shift_remove("schemas");
            document::rename(&mut document, resource_type);
            Ok(document)
        }
        _ => Err(OperationError::Corrupt("a stored resource is not a JSON object".to_owned())),
    }
}
