//! PATCH (RFC 7644 section 3.5.2) on the document of a resource.
//!
//! Every operation becomes assignments and removals of attribute paths. The keys of a pathless value are paths as well, so
//! there is only one way for a value to get into a document, and POST and PUT use it too.

mod assign;
mod container;
mod elements;
mod extension;
pub mod members;
mod placeholder;
mod read;
mod remove;
mod request;
mod unregistered;
mod untyped;

use serde_json::{Map, Value};

use crate::protocol::{
    messages::error::ScimError,
    resource::document::{self, Document, flattened},
    schema::{
        ResourceType,
        attribute::{Attribute, Returned},
        path::{self, AttributePath, Name, Target},
    },
    warnings::Warnings,
};
use unregistered::{extension_key, within_stored};
pub use {
    placeholder::drop_placeholders,
    read::read,
    request::{DocumentOperation, Op, Operation, parse},
    unregistered::{is_dotted, is_unregistered_urn, wholes},
};

/// How an assignment treats existing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Add,
    Replace,
}

/// Returns the document after applying the operations in order.
///
/// # Errors
/// 400 with the `scimType` of RFC 7644 Table 9 for the first operation that cannot be applied.
pub fn apply_all(
    before: &Document,
    resource_type: &ResourceType,
    operations: &[Operation],
    warnings: &mut Warnings,
) -> Result<Document, ScimError> {
    let mut after = before.clone();
    for operation in operations {
        // Members are no part of the document.
        if let Operation::Document(operation) = operation {
            apply(&mut after, resource_type, operation, warnings)?;
        }
    }
    drop_placeholders(&mut after, resource_type);
    Ok(after)
}

/// Applies one operation; if it fails, the document may be half changed.
fn apply(
    document: &mut Document,
    resource_type: &ResourceType,
    operation: &DocumentOperation,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    let DocumentOperation { op, target, value } = operation;
    let (target, value) = (target.as_ref(), value.clone());
    let mode = match op {
        Op::Remove => {
            let Some(target) = target else {
                return Err(ScimError::no_target("remove needs a path: name the attribute to remove"));
            };
            return remove_at(document, resource_type, target, value, warnings);
        }
        Op::Add => Mode::Add,
        Op::Replace => Mode::Replace,
    };
    match (target, value) {
        (None, Some(Value::Object(values))) => assign_keys(document, resource_type, values, mode, warnings),
        (None, _) => Err(ScimError::invalid_value("an operation without a path needs an object as its value")),
        (Some(_), None) if mode == Mode::Add => Err(ScimError::invalid_value("add needs a value")),
        (Some(_), Some(Value::Null)) if mode == Mode::Add => Ok(()),
        (Some(target), value) => assign_at(document, resource_type, target, value.unwrap_or_default(), mode, warnings),
    }
}

/// Assigns each key of a pathless value.
fn assign_keys(
    document: &mut Document,
    resource_type: &ResourceType,
    values: Map<String, Value>,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    for (key, value) in flattened(values, resource_type)? {
        assign_key(document, resource_type, &key, value, mode, warnings)?;
    }
    Ok(())
}

fn assign_at(
    document: &mut Document,
    resource_type: &ResourceType,
    target: &Target,
    value: Value,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    match target {
        Target::Unknown(path) => warnings.drop_attribute(path),
        Target::Schemas | Target::Members(_) => {}
        Target::Resource => {
            let values = document::inner(value, resource_type)?;
            return assign_keys(document, resource_type, values, mode, warnings);
        }
        Target::Unregistered(path) => {
            let path = within_stored(document, resource_type, path);
            if let Some(extension) = extension_key(document, resource_type, &path, Some(&value)) {
                return extension::assign(document, resource_type, &extension, value, mode, warnings);
            }
            let target = path::parse(&path, resource_type)?;
            return assign_at(document, resource_type, &target, value, mode, warnings);
        }
        Target::Extension(container) => {
            extension::refuse_read_only(container)?;
            let urn = container.key().unwrap_or_default();
            return extension::assign(document, resource_type, urn, value, mode, warnings);
        }
        Target::Attribute(target) => {
            refuse_read_only(target)?;
            return assign::assign(document, target, value, mode, warnings);
        }
    }
    Ok(())
}

/// Adds the value of one key of a body; returns the extension that the key names.
///
/// # Errors
/// 400 naming the attribute whose value does not fit.
pub fn assign(
    document: &mut Document,
    resource_type: &ResourceType,
    key: &str,
    value: Value,
    warnings: &mut Warnings,
) -> Result<Option<String>, ScimError> {
    // In a body, a URN with an object is an extension, even if it looks like part of another extension.
    if value.is_object() && is_unregistered_urn(key, resource_type) {
        let stored = document.keys().find(|stored| stored.eq_ignore_ascii_case(key.trim())).cloned();
        let extension = stored.unwrap_or_else(|| key.trim().to_owned());
        extension::assign(document, resource_type, &extension, value, Mode::Add, warnings)?;
        return Ok(Some(extension));
    }
    assign_key(document, resource_type, key, value, Mode::Add, warnings)
}

/// Assigns one key of a pathless value. Unknown and readOnly attributes are ignored here: Okta and authentik send `id`,
/// `schemas` and `groups` (2026-09).
fn assign_key(
    document: &mut Document,
    resource_type: &ResourceType,
    key: &str,
    value: Value,
    mode: Mode,
    warnings: &mut Warnings,
) -> Result<Option<String>, ScimError> {
    let key = &within_stored(document, resource_type, key);
    if let Some(extension) = extension_key(document, resource_type, key, Some(&value)) {
        extension::assign(document, resource_type, &extension, value, mode, warnings)?;
        return Ok(Some(extension));
    }
    let Ok(target) = path::parse(key, resource_type) else {
        warnings.drop_attribute(key);
        return Ok(None);
    };
    match target {
        Target::Unknown(_) => {
            warnings.drop_attribute(key);
            Ok(None)
        }
        Target::Schemas | Target::Resource | Target::Members(_) | Target::Unregistered(_) => Ok(None),
        Target::Extension(container) => {
            let urn = container.key().unwrap_or_default().to_owned();
            extension::assign(document, resource_type, &urn, value, mode, warnings)?;
            Ok(Some(urn))
        }
        Target::Attribute(target) => {
            let named = target.container.key().map(str::to_owned);
            if refuse_read_only(&target).is_ok() && !(mode == Mode::Add && value.is_null()) {
                assign::assign(document, &target, value, mode, warnings)?;
            }
            Ok(named)
        }
    }
}

fn remove_at(
    document: &mut Document,
    resource_type: &ResourceType,
    target: &Target,
    value: Option<Value>,
    warnings: &mut Warnings,
) -> Result<(), ScimError> {
    match target {
        Target::Unknown(path) => warnings.drop_attribute(path),
        Target::Schemas | Target::Members(_) => {}
        Target::Resource => return Err(ScimError::no_target("remove needs a path below the resource")),
        Target::Unregistered(path) => {
            let path = within_stored(document, resource_type, path);
            if let Some(extension) = extension_key(document, resource_type, &path, None) {
                document.remove(&extension);
                return Ok(());
            }
            let target = path::parse(&path, resource_type)?;
            return remove_at(document, resource_type, &target, value, warnings);
        }
        Target::Extension(container) => {
            extension::refuse_read_only(container)?;
            document.remove(container.key().unwrap_or_default());
        }
        Target::Attribute(target) => {
            refuse_read_only(target)?;
            remove::remove(document, target, value, warnings)?;
        }
    }
    Ok(())
}

/// Refuses a path to a read-only attribute.
///
/// # Errors
/// 400 `mutability` for a path to something that only this service provider changes.
fn refuse_read_only(target: &AttributePath) -> Result<(), ScimError> {
    let known = |name: &Name| match name {
        Name::Known(attribute) => attribute.is_read_only(),
        Name::Untyped(_) => false,
    };
    if known(&target.name) || target.sub_attribute.as_ref().is_some_and(known) {
        return Err(ScimError::mutability(format!("{} is read-only", target.name.as_str())));
    }
    Ok(())
}

/// Says whether values of the attribute are accepted but never stored.
fn is_never_kept(attribute: &Attribute) -> bool {
    attribute.returned == Returned::Never
}
