//! Immutable attributes (RFC 7643 section 7, `mutability`): a later value must equal the first, and it cannot be removed.

use serde_json::Value;

use crate::protocol::{
    messages::error::ScimError,
    resource::{document::Document, search_document},
    schema::{
        ResourceType,
        attribute::{Attribute, Mutability},
    },
};

/// Checks that no immutable attribute of an extension was changed or removed.
///
/// # Errors
/// 400 `mutability` naming an attribute that lost or changed its value.
pub fn check(before: &Document, after: &Document, resource_type: &ResourceType) -> Result<(), ScimError> {
    for schema in &resource_type.extensions {
        let (Some(was), is) = (before.get(schema.urn), after.get(schema.urn)) else { continue };
        for attribute in schema.attributes {
            let (was, is) = (was.get(attribute.name), is.and_then(|is| is.get(attribute.name)));
            if let Some(changed) = changed(attribute, was, is) {
                let detail = format!("{}:{changed} is immutable: it keeps the value it was given first", schema.urn);
                return Err(ScimError::mutability(detail));
            }
        }
    }
    Ok(())
}

fn changed(attribute: &Attribute, was: Option<&Value>, is: Option<&Value>) -> Option<String> {
    let was = was?;
    if is_immutable(attribute) {
        return (!same(attribute, was, is)).then(|| attribute.name.to_owned());
    }
    // Values of a multi-valued attribute are added and removed as a whole.
    let subs = if attribute.multi_valued { &[] } else { attribute.sub_attributes() };
    let sub = subs.iter().find(|sub| {
        let is = is.and_then(|is| is.get(sub.name));
        is_immutable(sub) && was.get(sub.name).is_some_and(|was| !same(sub, was, is))
    });
    sub.map(|sub| format!("{}.{}", attribute.name, sub.name))
}

/// Says whether two values compare as equal, regardless of spelling and, if there are several, of their order.
pub fn same(attribute: &Attribute, was: &Value, is: Option<&Value>) -> bool {
    let searchable = |value: &Value| match search_document::from_attribute(attribute, value) {
        Some(Value::Array(mut values)) => {
            values.sort_by_key(ToString::to_string);
            Some(Value::Array(values))
        }
        value => value,
    };
    is.is_some_and(|is| searchable(is) == searchable(was))
}

/// Restores the immutable values that a PUT omits: only a different value is refused (RFC 7644 section 3.5.1).
pub fn carry_over(before: &Document, after: &mut Document, resource_type: &ResourceType) {
    for schema in &resource_type.extensions {
        let Some(was) = before.get(schema.urn).and_then(Value::as_object) else { continue };
        for attribute in schema.attributes {
            let Some(was) = was.get(attribute.name) else { continue };
            if is_immutable(attribute) {
                put(after, &[schema.urn, attribute.name], was);
            } else if !attribute.multi_valued {
                for sub in attribute.sub_attributes().iter().filter(|sub| is_immutable(sub)) {
                    was.get(sub.name)
                        .into_iter()
                        .for_each(|was| put(after, &[schema.urn, attribute.name, sub.name], was));
                }
            }
        }
    }
}

/// Puts a value at the end of a path unless there is one already.
fn put(object: &mut Document, path: &[&str], value: &Value) {
    match path {
        [] => {}
        [name] => {
            object.entry(*name).or_insert_with(|| value.clone());
        }
        [name, below @ ..] => {
            let inner = object.entry(*name).or_insert_with(|| Value::Object(Document::new()));
            if let Value::Object(inner) = inner {
                put(inner, below, value);
            }
        }
    }
}

fn is_immutable(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::Immutable
}
