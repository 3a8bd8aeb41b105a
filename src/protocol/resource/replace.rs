//! PUT (RFC 7644 section 3.5.1): attributes in the body are replaced; this file decides what happens to the ones left out.

use super::Body;
use crate::protocol::{
    messages::error::ScimError,
    resource::document::Document,
    schema::{ResourceType, attribute::Unassigned},
};

/// Returns the document after a PUT. Core attributes that the body leaves out are removed; `externalId` and `active` stay
/// unless named, and so does an extension unless `schemas` or a key names it. Okta's custom app deactivates a user with a
/// PUT of the core schema only, and that must not erase the department (lab of 2026-10).
///
/// # Errors
/// 400 naming the attribute of an unregistered extension whose value does not fit.
pub fn replace(stored: &Document, body: &Body, resource_type: &ResourceType) -> Result<Document, ScimError> {
    let (mut document, named) = body.for_stored(stored, resource_type)?;
    for (key, value) in stored {
        if document.keys().any(|named| named.eq_ignore_ascii_case(key)) {
            continue;
        }
        let kept = match resource_type.core_attribute(key).map(|attribute| attribute.unassigned) {
            Some(Unassigned::Kept) => true,
            Some(Unassigned::KeptUnlessNull) => !body.nulls.contains(key),
            Some(Unassigned::Cleared) => false,
            None => !body.names(&named, key, resource_type) && !body.has_whole_of(&document, key, stored),
        };
        if kept {
            document.insert(key.clone(), value.clone());
        }
    }
    Ok(document)
}

impl Body {
    fn names(&self, keys: &[String], extension: &str, resource_type: &ResourceType) -> bool {
        let urn = resource_type.extension(extension).map_or(extension, |schema| schema.urn);
        self.schemas.iter().chain(keys).any(|named| named.eq_ignore_ascii_case(urn))
    }
}
