//! Reads the keys of a body that name unregistered extensions or their attributes. What such a key means depends on the
//! extensions of the stored resource, and on those that `schemas` names.

use std::{borrow::Cow, collections::HashSet};

use serde_json::{Map, Value};

use super::Body;
use crate::protocol::{
    bounds,
    messages::error::ScimError,
    patch,
    resource::document::Document,
    schema::{ResourceType, path},
    warnings::Warnings,
};

impl Body {
    /// Reads the keys kept in `unregistered` into a document, for a resource that has the extensions of `stored`; returns
    /// the extensions that they name, lower-case.
    ///
    /// # Errors
    /// 400 naming the attribute whose value does not fit.
    pub(super) fn read_unregistered(
        &self,
        document: &mut Document,
        stored: &Document,
        resource_type: &ResourceType,
        warnings: &mut Warnings,
    ) -> Result<Vec<String>, ScimError> {
        let mut named = Vec::new();
        let in_schemas = self.in_schemas(resource_type);
        let own = self.own_urns();
        for (key, value) in &self.unregistered {
            let parent = key.rsplit_once(':').map_or("", |(parent, _)| parent).to_ascii_lowercase();
            let is_whole = value.is_object()
                && (own.contains(&parent) || in_schemas.keys().any(|urn| urn.eq_ignore_ascii_case(key.trim())));
            let (key, value) = match value.clone() {
                value if is_whole => (key.clone(), value),
                value @ Value::Object(_) => patch::wrapped(stored, resource_type, key.clone(), value),
                value => {
                    let (key, value) = patch::wrapped(stored, resource_type, key.clone(), value);
                    patch::wrapped(&in_schemas, resource_type, key, value)
                }
            };
            if let Some(extension) = patch::assign(document, resource_type, &key, value, warnings)? {
                named.push(extension.to_ascii_lowercase());
            }
        }
        patch::drop_placeholders(document, resource_type);
        Ok(named)
    }

    /// Returns the document of the body as it reads for a stored resource, and the extensions that a key names: `URN:attr`
    /// is part of an extension that the resource has, even if it would be an extension of its own in a new resource.
    ///
    /// # Errors
    /// As [`Body::read_unregistered`].
    pub(super) fn for_stored(
        &self,
        stored: &Document,
        resource_type: &ResourceType,
    ) -> Result<(Document, Cow<'_, [String]>), ScimError> {
        let mut keys = self.unregistered.iter();
        if !keys.any(|(key, value)| patch::means_another(stored, resource_type, key, value)) {
            return Ok((self.document.clone(), Cow::Borrowed(&self.named_extensions)));
        }
        let known = self.document.iter().filter(|(key, _)| !is_unregistered(key, resource_type));
        let mut document = known.map(|(key, value)| (key.clone(), value.clone())).collect();
        let mut named = self.read_unregistered(&mut document, stored, resource_type, &mut Warnings::default())?;
        let registered = self.named_extensions.iter().filter(|urn| resource_type.extension(urn).is_some());
        named.extend(registered.cloned());
        Ok((document, Cow::Owned(named)))
    }

    /// Says whether a stored extension turns out to be a part of an extension that the body names, and so is replaced with it:
    /// `urn:x:y:badge` with an object looks like an extension until `urn:x:y:tag` comes with a text.
    pub(super) fn has_whole_of(&self, document: &Document, part: &str, stored: &Document) -> bool {
        let Some((parent, _)) = part.rsplit_once(':').filter(|(_, name)| path::is_name(name)) else { return false };
        let is_parent = |key: &String| key.eq_ignore_ascii_case(parent);
        document.keys().any(is_parent)
            && !stored.keys().any(is_parent)
            && !self.own_urns().contains(&parent.to_ascii_lowercase())
    }

    /// Collects the URNs that have an object in the body, lower-case.
    fn own_urns(&self) -> HashSet<String> {
        let objects = self.unregistered.iter().filter(|(_, value)| value.is_object());
        objects.map(|(key, _)| key.trim().to_ascii_lowercase()).collect()
    }

    /// Collects the unregistered extensions that `schemas` names.
    fn in_schemas(&self, resource_type: &ResourceType) -> Document {
        let named = self.schemas.iter().filter(|urn| is_unregistered(urn, resource_type));
        named.take(bounds::EXTENSIONS).map(|urn| (urn.trim().to_owned(), Value::Object(Map::new()))).collect()
    }
}

fn is_unregistered(key: &str, resource_type: &ResourceType) -> bool {
    patch::is_unregistered_urn(key, resource_type) && resource_type.extension(key).is_none()
}
