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
    /// Reads the keys kept in `unregistered`, for a resource that has the extensions of `stored`.
    ///
    /// # Errors
    /// 400 naming the attribute whose value does not fit.
    pub(super) fn read_unregistered(
        &mut self,
        stored: &Document,
        resource_type: &ResourceType,
        warnings: &mut Warnings,
    ) -> Result<(), ScimError> {
        let stored = unregistered(stored, resource_type);
        let known = self.with_named(stored.clone(), resource_type);
        let own = self.own_urns();
        for (key, value) in self.unregistered.clone() {
            let parent = key.rsplit_once(':').map_or("", |(parent, _)| parent).to_ascii_lowercase();
            let is_whole = value.is_object() && (own.contains(&parent) || self.names_schema(&key));
            let (key, value) = match value.is_object() {
                true if is_whole => (key, value),
                true => patch::wrapped(&stored, resource_type, key, value),
                false => patch::wrapped(&known, resource_type, key, value),
            };
            if let Some(extension) = patch::assign(&mut self.document, resource_type, &key, value, warnings)? {
                self.named_extensions.push(extension.to_ascii_lowercase());
            }
        }
        patch::drop_placeholders(&mut self.document, resource_type);
        Ok(())
    }

    /// Returns the body as it reads for a stored resource: `URN:attr` is part of an extension that the resource has, even if
    /// it would be an extension of its own in a new resource.
    ///
    /// # Errors
    /// As [`Body::read_unregistered`].
    pub(super) fn for_stored(
        &self,
        stored: &Document,
        resource_type: &ResourceType,
    ) -> Result<Cow<'_, Self>, ScimError> {
        if self.unregistered.is_empty() || unregistered(stored, resource_type).is_empty() {
            return Ok(Cow::Borrowed(self));
        }
        let mut body = self.clone();
        body.document.retain(|key, _| !is_unregistered(key, resource_type));
        body.named_extensions.retain(|urn| resource_type.extension(urn).is_some());
        body.read_unregistered(stored, resource_type, &mut Warnings::default())?;
        Ok(Cow::Owned(body))
    }

    /// Says whether a stored extension turns out to be a part of an extension that the body names, and so is replaced with it:
    /// `urn:x:y:badge` with an object looks like an extension until `urn:x:y:tag` comes with a text.
    pub(super) fn has_whole_of(&self, part: &str, stored: &Document) -> bool {
        let Some((parent, _)) = part.rsplit_once(':').filter(|(_, name)| path::is_name(name)) else { return false };
        let is_parent = |key: &String| key.eq_ignore_ascii_case(parent);
        self.document.keys().any(is_parent)
            && !stored.keys().any(is_parent)
            && !self.own_urns().contains(&parent.to_ascii_lowercase())
    }

    /// Collects the URNs that have an object in the body, lower-case.
    fn own_urns(&self) -> HashSet<String> {
        let objects = self.unregistered.iter().filter(|(_, value)| value.is_object());
        objects.map(|(key, _)| key.trim().to_ascii_lowercase()).collect()
    }

    /// Adds the unregistered extensions that `schemas` names.
    fn with_named(&self, mut known: Document, resource_type: &ResourceType) -> Document {
        let named = self.schemas.iter().filter(|urn| is_unregistered(urn, resource_type));
        for urn in named.take(bounds::EXTENSIONS) {
            if !known.keys().any(|key| key.eq_ignore_ascii_case(urn)) {
                known.insert(urn.clone(), Value::Object(Map::new()));
            }
        }
        known
    }

    fn names_schema(&self, urn: &str) -> bool {
        self.schemas.iter().take(bounds::EXTENSIONS).any(|named| named.eq_ignore_ascii_case(urn.trim()))
    }
}

fn is_unregistered(key: &str, resource_type: &ResourceType) -> bool {
    patch::is_unregistered_urn(key, resource_type) && resource_type.extension(key).is_none()
}

/// Returns the unregistered extensions of a document.
fn unregistered(document: &Document, resource_type: &ResourceType) -> Document {
    let extensions = document.iter().filter(|(key, _)| is_unregistered(key, resource_type));
    extensions.map(|(key, value)| (key.clone(), value.clone())).collect()
}
