//! `add` and `replace` on a whole extension.

use serde_json::{Map, Value};

use super::{Mode, assign_key, unregistered};
use crate::protocol::{
    messages::error::ScimError,
    resource::document::Document,
    schema::{
        ResourceType,
        attribute::Attribute,
        extension as stored_extension,
        path::{AttributePath, Container, Name},
    },
    shorten::shorten,
    warnings::Warnings,
};

/// Merges an object into an extension; null removes the extension.
pub fn assign(
    document: &mut Document,
    resource_type: &ResourceType,
    urn: &str,
    value: Value,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let value = match value {
        // An empty object as PHP writes it (`[]`), or an object wrapped in an array.
        Value::Array(mut values) if values.len() <= 1 => values.pop().unwrap_or_else(|| Value::Object(Map::new())),
        value => value,
    };
    match value {
        Value::Null => {
            if mode == Mode::Replace {
                document.shift_remove(urn);
            }
            Ok(())
        }
        Value::String(text) if text.is_empty() && resource_type.extension(urn).is_some() => {
            document.shift_remove(urn);
            Ok(())
        }
        Value::Object(values) if resource_type.extension(urn).is_some() => {
            // scim2-tester and SDKs also put `schemas` into the extension's own object.
            let attributes = values.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("schemas"));
            for (name, value) in attributes {
                assign_key(document, resource_type, &format!("{urn}:{name}"), value, mode, warnings)?;
            }
            Ok(())
        }
        Value::Object(values) => {
            let parts = unregistered::take_parts(document, urn, unregistered::is_dotted);
            if let Value::Object(extension) = stored_extension::enter(document, urn)? {
                extension.extend(parts);
            }
            for (name, value) in values {
                if !stored_extension::is_storable(&name) {
                    warnings.drop_attribute(&name);
                    continue;
                }
                let container = Container::Unregistered(urn.to_owned());
                let name = Name::Untyped(name);
                let target = AttributePath { container, name, filter: None, sub_attribute: None };
                // Null removes an attribute here even with `add` (RFC 7643 section 2.5).
                let mode = if value.is_null() { Mode::Replace } else { mode };
                super::assign::assign(document, &target, value, mode, warnings)?;
            }
            if document.get(urn).and_then(Value::as_object).is_some_and(Map::is_empty) {
                document.shift_remove(urn);
            }
            Ok(())
        }
        _ if resource_type.extension(urn).is_some() => {
            Err(ScimError::invalid_value(format!("{} must be an object", shorten(urn))))
        }
        _ => {
            warnings.drop_attribute(urn);
            Ok(())
        }
    }
}

/// Refuses an extension that is read-only as a whole.
///
/// # Errors
/// 400 `mutability` for an extension with no attribute that a client may change.
pub fn refuse_read_only(container: &Container) -> Result<(), ScimError> {
    match container {
        Container::Registered(schema) if schema.attributes.iter().all(Attribute::is_read_only) => {
            Err(ScimError::mutability(format!("{} is read-only", schema.urn)))
        }
        _ => Ok(()),
    }
}
