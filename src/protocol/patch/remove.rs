//! `remove` at one attribute path.

use serde_json::{Map, Value};

use super::{container::leave, elements, untyped};
use crate::protocol::{
    messages::error::ScimError,
    resource::document::Document,
    schema::{
        attribute::{Attribute, Unassigned},
        path::{AttributePath, Name},
    },
    warnings::Warnings,
};

/// Removes what a path names; if it is not there, nothing happens.
///
/// # Errors
/// 400 `mutability` for a required attribute.
pub fn remove(
    document: &mut Document,
    target: &AttributePath,
    value: Option<Value>,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let object = match target.container.key() {
        None => Some(&mut *document),
        Some(urn) => {
            let key = document.keys().find(|key| key.eq_ignore_ascii_case(urn)).cloned();
            key.and_then(|key| document.get_mut(&key)).and_then(Value::as_object_mut)
        }
    };
    let sub = match &target.sub_attribute {
        Some(Name::Known(sub)) => Some(*sub),
        _ => None,
    };
    match (&target.name, object) {
        (Name::Known(attribute), Some(object)) if attribute.multi_valued => {
            let values = object.remove(attribute.name);
            let had_values = values.is_some();
            let values = elements::remove(attribute, values, target.filter.as_ref(), sub, value, warnings)?;
            if !values.is_empty() {
                object.insert(attribute.name.to_owned(), Value::Array(values));
            } else if attribute.required && had_values {
                return Err(cannot_be_removed(attribute));
            }
        }
        (Name::Known(attribute), Some(object)) => match sub {
            Some(sub) => sub_attribute(object, attribute, sub),
            None => whole(object, attribute)?,
        },
        (Name::Untyped(name), Some(object)) => untyped::remove(object, target, name, value, warnings)?,
        (_, None) => {}
    }
    leave(document, &target.container);
    Ok(())
}

/// Removes a single-valued attribute. `active` stays as it is, since a request that leaves it out must not reactivate a
/// leaver.
///
/// # Errors
/// 400 `mutability` for a required attribute.
pub fn whole(object: &mut Map<String, Value>, attribute: &Attribute) -> Result<(), ScimError> {
    if attribute.unassigned == Unassigned::Kept {
        return Ok(());
    }
    if attribute.required && object.contains_key(attribute.name) {
        return Err(cannot_be_removed(attribute));
    }
    object.remove(attribute.name);
    Ok(())
}

/// Builds the error for removing a required attribute, with the scimType that RFC 7644 section 3.5.2.2 names.
fn cannot_be_removed(attribute: &Attribute) -> ScimError {
    ScimError::mutability(format!("{} is required and cannot be removed", attribute.name))
}

/// Removes a sub-attribute, and also its parent if that was the last one or `value`.
pub fn sub_attribute(object: &mut Map<String, Value>, attribute: &Attribute, sub: &Attribute) {
    let Some(parent) = object.get_mut(attribute.name).and_then(Value::as_object_mut) else {
        return;
    };
    parent.remove(sub.name);
    if parent.is_empty() || sub.name == "value" {
        object.remove(attribute.name);
    }
}
