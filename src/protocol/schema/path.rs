//! Attribute paths (RFC 7644 sections 3.5.2 and 3.10): which attribute a text names, in any letter case.

use crate::protocol::{
    bounds,
    filter::{Condition, value_filter::ValueFilter},
    messages::error::ScimError,
    schema::{ResourceType, Schema, attribute::Attribute, urn},
    shorten::shorten,
};

/// The object that contains an attribute.
#[derive(Debug, Clone)]
pub enum Container {
    /// The resource itself.
    Core,
    /// The object of a registered extension.
    Registered(&'static Schema),
    /// The object of an extension that is stored without knowing its schema.
    Unregistered(String),
}

impl Container {
    /// Returns the key of the object in the resource; `None` for the resource itself.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Core => None,
            Self::Registered(schema) => Some(schema.urn),
            Self::Unregistered(urn) => Some(urn),
        }
    }
}

/// A name found in the attribute table, or a name in an unregistered extension.
#[derive(Debug, Clone)]
pub enum Name {
    Known(&'static Attribute),
    Untyped(String),
}

impl Name {
    /// Returns the attribute, if the attribute table has it.
    pub const fn known(&self) -> Option<&'static Attribute> {
        match self {
            Self::Known(attribute) => Some(attribute),
            Self::Untyped(_) => None,
        }
    }

    /// Returns the name as the attribute table spells it, or as it was sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(attribute) => attribute.name,
            Self::Untyped(name) => name,
        }
    }
}

/// An attribute, some of its values, and one of its sub-attributes.
#[derive(Debug, Clone)]
pub struct AttributePath {
    pub container: Container,
    pub name: Name,
    pub filter: Option<ValueFilter>,
    pub sub_attribute: Option<Name>,
}

/// What a path names.
#[derive(Debug, Clone)]
pub enum Target {
    /// Not an attribute of this resource type: ignored, and its name is remembered for a warning.
    Unknown(String),
    /// `schemas`, which is derived from the attributes the resource has.
    Schemas,
    /// The resource itself, named by the URN of its schema.
    Resource,
    /// A whole extension object.
    Extension(Container),
    Attribute(Box<AttributePath>),
    /// The members of a group, or those that a filter chooses. They are rows of their own and no part of the document.
    Members(Option<Condition>),
    /// In or beside an unregistered extension: only the stored document tells which, so the text is kept.
    Unregistered(String),
}

/// Splits a URN off the front of a name: `URN:attr`, or the older `URN.attr`.
///
/// Registered URNs are tried first, since a URN itself contains dots and colons. Any other URN ends at the last colon.
pub fn split_urn<'a>(text: &'a str, resource_type: &ResourceType) -> (Container, &'a str) {
    for schema in resource_type.schemas() {
        let Some(head) = text.get(..schema.urn.len()) else { continue };
        if !head.eq_ignore_ascii_case(schema.urn) {
            continue;
        }
        let container =
            if schema.urn == resource_type.schema.urn { Container::Core } else { Container::Registered(schema) };
        let rest = &text[schema.urn.len()..];
        if rest.is_empty() {
            return (container, rest);
        }
        if let Some(name) = rest.strip_prefix([':', '.']) {
            return (container, name);
        }
    }
    match text.rsplit_once(':') {
        Some((urn, name)) => (Container::Unregistered(urn.to_owned()), name),
        None => (Container::Core, text),
    }
}

/// Says whether a text is an `attrName` of the grammar, or `$ref`.
pub fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix('$').unwrap_or(name);
    rest.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$'))
}

/// Says whether a text is a URN that can be a key of the stored resource and be used inside a JSON path.
pub fn is_urn(urn: &str) -> bool {
    urn.contains(':')
        && urn.starts_with(|c: char| c.is_ascii_alphabetic())
        && urn.len() <= bounds::NAME
        && urn.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/%+~#=&@;!*".contains(c))
}

/// Says whether a URN, or the URN in front of an attribute name, means something other than an extension of this resource
/// type: another resource's schema, a message, or an extension that only the other resource type has.
pub fn is_foreign(urn: &str, resource_type: &ResourceType) -> bool {
    let begins = |with: &str| {
        urn.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with))
            && matches!(urn.as_bytes().get(with.len()), None | Some(b':' | b'.'))
    };
    !resource_type.schemas().any(|schema| begins(schema.urn))
        && resource_type.others.iter().copied().chain(urn::NO_EXTENSIONS).any(begins)
}

/// A resolved name and sub-attribute; `None` if the attribute table has no such attribute.
pub type Resolved = Option<(Container, Name, Option<Name>)>;

/// Resolves `[URN:]attr[.sub]` against the attribute table for reading: a bare name may belong to any extension.
///
/// # Errors
/// An error means the text is not an attribute path at all; for an unknown attribute the result is `Ok(None)`.
pub fn resolve(text: &str, resource_type: &ResourceType) -> Result<Resolved, String> {
    resolve_with(text, resource_type, &resource_type.extensions)
}

/// Same as [`resolve`], but for writing: a bare name that only a host's own extension has counts as an unknown attribute, so
/// that a value which does not fit it cannot fail the request.
fn resolve_written(text: &str, resource_type: &ResourceType) -> Result<Resolved, String> {
    let enterprise = resource_type.extensions.iter().filter(|schema| schema.urn == urn::ENTERPRISE_USER);
    resolve_with(text, resource_type, &enterprise.copied().collect::<Vec<_>>())
}

fn resolve_with(text: &str, resource_type: &ResourceType, bare: &[&'static Schema]) -> Result<Resolved, String> {
    let (container, rest) = split_urn(text, resource_type);
    let (name, sub) = match rest.split_once('.') {
        Some((name, sub)) => (name, Some(sub)),
        None => (rest, None),
    };
    if !is_name(name) || sub.is_some_and(|sub| !is_name(sub)) {
        return Err(format!("'{}' is not an attribute path", shorten(text)));
    }
    let (container, attribute) = match container {
        Container::Unregistered(_) if is_foreign(text, resource_type) => return Ok(None),
        Container::Unregistered(urn) => {
            if !is_urn(&urn) {
                return Err(format!("'{}' is not a schema URN", shorten(&urn)));
            }
            let sub = sub.map(|sub| Name::Untyped(sub.to_owned()));
            return Ok(Some((Container::Unregistered(urn), Name::Untyped(name.to_owned()), sub)));
        }
        Container::Registered(schema) => (container, schema.attribute(name)),
        Container::Core => match resource_type.core_attribute(name) {
            Some(attribute) => (container, Some(attribute)),
            // A bare `department` or `manager` belongs to the extension (Entra ID, documentation of 2026-09).
            None => bare_extension_attribute(name, bare),
        },
    };
    let Some(attribute) = attribute else { return Ok(None) };
    let sub = match sub {
        None => None,
        Some(sub) => match attribute.sub_attribute(sub) {
            Some(sub) => Some(Name::Known(sub)),
            None => return Ok(None),
        },
    };
    Ok(Some((container, Name::Known(attribute), sub)))
}

fn bare_extension_attribute(name: &str, extensions: &[&'static Schema]) -> (Container, Option<&'static Attribute>) {
    match extensions.iter().find_map(|schema| Some((*schema, schema.attribute(name)?))) {
        Some((schema, attribute)) => (Container::Registered(schema), Some(attribute)),
        None => (Container::Core, None),
    }
}

/// The attribute of a group whose values are rows of their own.
pub const MEMBERS: &str = "members";

/// Reads a path, or a key of the value of a PATCH operation, which is also a path.
///
/// # Errors
/// 400 `invalidPath` for a text outside the grammar, 400 `invalidFilter` for an invalid filter in brackets, 400 `mutability`
/// for a part of a member.
pub fn parse(text: &str, resource_type: &ResourceType) -> Result<Target, ScimError> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("schemas") {
        return Ok(Target::Schemas);
    }
    let (head, filter, tail) = match text.split_once('[') {
        None => (text, None, None),
        Some((head, rest)) => {
            let (filter, tail) = split_filter(rest)
                .ok_or_else(|| ScimError::invalid_path(format!("'{}' has no closing bracket", shorten(text))))?;
            (head.trim_end(), Some(filter), Some(tail.trim()))
        }
    };
    let (container, rest) = split_urn(head, resource_type);
    if is_foreign(head, resource_type) {
        return Ok(Target::Unknown(text.to_owned()));
    }
    if rest.is_empty() && filter.is_none() && !head.is_empty() {
        // `URN:` names nothing: a template with an empty attribute must not remove the whole extension.
        if head.ends_with([':', '.']) {
            return Err(ScimError::invalid_path(format!("'{}' names no attribute", shorten(head))));
        }
        if let Container::Unregistered(urn) = &container
            && !is_urn(urn)
        {
            return Err(ScimError::invalid_path(format!("'{}' is not a schema URN", shorten(urn))));
        }
        return Ok(if container.key().is_some() { Target::Extension(container) } else { Target::Resource });
    }
    let resolved = match resolve_written(head, resource_type) {
        // The URN of an unregistered extension, which need not end in a name.
        Err(_) if matches!(container, Container::Unregistered(_)) && is_urn(head) => None,
        resolved => resolved.map_err(ScimError::invalid_path)?,
    };
    let Some((container, name, mut sub_attribute)) = resolved else { return Ok(Target::Unknown(text.to_owned())) };
    let mut values = None;
    if let (Some(filter), Name::Untyped(_)) = (filter, &name) {
        values = Some(ValueFilter::parse(filter, None)?);
        sub_attribute = match (tail.unwrap_or_default(), sub_attribute) {
            ("", None) => None,
            (tail, None) if tail.strip_prefix('.').is_some_and(is_name) => Some(Name::Untyped(tail[1..].to_owned())),
            _ => return Err(ScimError::invalid_path(format!("'{}' is not an attribute path", shorten(text)))),
        };
    } else if let (Some(filter), Name::Known(attribute)) = (filter, &name) {
        let attribute = *attribute;
        if !attribute.is_complex() || !attribute.multi_valued || sub_attribute.is_some() {
            return Err(ScimError::invalid_path(format!(
                "{} has no values to choose from by a filter",
                attribute.name
            )));
        }
        values = Some(ValueFilter::parse(filter, Some(attribute))?);
        sub_attribute = match tail.unwrap_or_default() {
            "" => None,
            tail => {
                let sub = tail
                    .strip_prefix('.')
                    .filter(|sub| is_name(sub))
                    .ok_or_else(|| ScimError::invalid_path(format!("'{}' is not an attribute path", shorten(text))))?;
                match attribute.sub_attribute(sub) {
                    Some(sub) => Some(Name::Known(sub)),
                    None => return Ok(Target::Unknown(text.to_owned())),
                }
            }
        };
    }
    if name.as_str() == MEMBERS && matches!((&container, &name), (Container::Core, Name::Known(_))) {
        if sub_attribute.is_some() {
            return Err(ScimError::mutability("what a member is cannot be changed: remove the member and add another"));
        }
        return Ok(Target::Members(values.map(|filter| filter.condition)));
    }
    Ok(Target::Attribute(Box::new(AttributePath { container, name, filter: values, sub_attribute })))
}

/// Splits `filter].sub` at the first bracket that is not inside a string.
fn split_filter(text: &str) -> Option<(&str, &str)> {
    let mut in_string = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            ']' if !in_string => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}
