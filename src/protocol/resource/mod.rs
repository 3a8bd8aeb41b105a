//! Reads the body of a POST or PUT, and builds the resource that results from it.

pub mod coerce;
pub mod document;
mod extension_path;
pub mod group_of_user;
pub mod immutable;
pub mod member_urls;
pub mod primary;
pub mod projection;
pub mod record;
mod replace;
pub mod representation;
pub mod search_document;
mod unregistered;
pub mod version;

use serde_json::{Map, Value};

use crate::protocol::{
    messages::error::ScimError,
    patch::{
        self,
        members::{Named, ids, names_members},
    },
    resource::document::{Document, flattened},
    schema::{
        ResourceType,
        path::{self, Container, Target},
        urn,
    },
    warnings::Warnings,
};
use extension_path::ExtensionPath;
pub use replace::replace;

/// The content of the body of a POST or PUT.
#[derive(Debug, Default)]
pub struct Body {
    pub document: Document,
    /// The URNs in `schemas`.
    pub schemas: Vec<String>,
    /// The extensions that a key names, lower-case.
    pub named_extensions: Vec<String>,
    /// The keys that name unregistered extensions or their attributes; a stored resource may give them another meaning.
    pub unregistered: Vec<(String, Value)>,
    /// What each of these means in a new resource.
    pub paths: Vec<ExtensionPath>,
    /// The attributes that are null or empty in the body: this clears some attributes that would be kept if they were left
    /// out.
    pub nulls: Vec<String>,
    /// The `members` of a group, if the body names them.
    pub members: Option<Vec<String>>,
}

/// Reads the body of a POST or PUT, in the same way as a pathless `add` to an empty resource.
///
/// # Errors
/// 400 naming the attribute whose value does not fit.
pub fn read_body(
    body: Map<String, Value>,
    resource_type: &ResourceType,
    warnings: &mut Warnings,
) -> Result<Body, ScimError> {
    let mut read = Body::default();
    let is_group = resource_type.schema.urn == urn::GROUP;
    for (key, value) in flattened(body, resource_type)? {
        if key.eq_ignore_ascii_case("schemas") {
            read.schemas.extend(named_schemas(&value)?);
            continue;
        }
        if patch::is_unregistered_urn(&key, resource_type) {
            read.unregistered.push((key, value));
            continue;
        }
        match if is_group { names_members(&key, resource_type) } else { Named::Else } {
            Named::Members => read.members = Some(ids(value)?),
            Named::PartOfMembers => warnings.drop_attribute(&key),
            Named::Else => {
                if coerce::is_unassigned(&value) || value.as_array().is_some_and(Vec::is_empty) {
                    read.nulls.extend(core_attribute(&key, resource_type));
                }
                if let Some(extension) = patch::assign(&mut read.document, resource_type, &key, value, warnings)? {
                    read.named_extensions.push(extension.to_ascii_lowercase());
                }
            }
        }
    }
    // The order of a body means nothing: where two keys say something of one attribute, the last by name counts.
    read.unregistered.sort_by_cached_key(|(key, value)| (!value.is_object(), key.to_ascii_lowercase(), key.clone()));
    read.paths = read.paths_in(&Document::new(), resource_type);
    let mut document = std::mem::take(&mut read.document);
    let named = read.read_unregistered(&mut document, &read.paths, resource_type, warnings)?;
    read.named_extensions.extend(named);
    read.document = document;
    Ok(read)
}

/// Finds the core attribute that a key names as a whole, with or without the schema's URN.
fn core_attribute(key: &str, resource_type: &ResourceType) -> Option<String> {
    match path::parse(key, resource_type) {
        Ok(Target::Attribute(target)) if target.sub_attribute.is_none() && target.filter.is_none() => {
            matches!(target.container, Container::Core).then(|| target.name.as_str().to_owned())
        }
        _ => None,
    }
}

fn named_schemas(value: &Value) -> Result<Vec<String>, ScimError> {
    let urns = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let urns: Vec<String> = urns.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let begins = |with: &str| urns.iter().any(|urn| urn.to_ascii_lowercase().starts_with(with));
    if !begins("urn:ietf:params:scim:") && begins(urn::VERSION_1) {
        return Err(ScimError::invalid_vers(
            "this is a SCIM 1.1 request and only SCIM 2.0 is served: choose SCIM 2.0 in your identity provider",
        ));
    }
    Ok(urns)
}
