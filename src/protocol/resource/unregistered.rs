//! Reads the keys of a body that name unregistered extensions or their attributes.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    Body,
    extension_path::{ExtensionPath, paths},
};
use crate::protocol::{
    messages::error::ScimError, patch, resource::document::Document, schema::ResourceType, warnings::Warnings,
};

impl Body {
    /// Reads the keys in `unregistered` into a document, each at its path; returns the extensions that they name,
    /// lower-case.
    ///
    /// # Errors
    /// 400 naming the attribute whose value does not fit.
    pub(super) fn read_unregistered(
        &self,
        document: &mut Document,
        paths: &[ExtensionPath],
        resource_type: &ResourceType,
        warnings: &mut Warnings,
    ) -> Result<Vec<String>, ScimError> {
        let mut named = Vec::new();
        for ((_, value), path) in self.unregistered.iter().zip(paths) {
            named.push(path.urn.to_ascii_lowercase());
            // Null names the extension, and takes nothing away that another key brings.
            if value.is_null() {
                continue;
            }
            let object = |name: &String, value| Value::Object(Map::from_iter([(name.clone(), value)]));
            let value = path.sub.iter().chain(&path.name).fold(value.clone(), |value, name| object(name, value));
            patch::assign(document, resource_type, &path.urn, value, warnings)?;
        }
        patch::drop_placeholders(document, resource_type);
        Ok(named)
    }

    /// Finds the path of each key in `unregistered` in a resource that has the extensions of `stored`.
    pub(super) fn paths_in(&self, stored: &Document, resource_type: &ResourceType) -> Vec<ExtensionPath> {
        if self.unregistered.is_empty() {
            return vec![];
        }
        let stored = stored.keys().map(String::as_str).filter(|key| patch::is_unregistered_urn(key, resource_type));
        let schemas = self.schemas.iter().map(String::as_str);
        paths(&self.unregistered, stored, schemas.filter(|urn| patch::is_unregistered_urn(urn, resource_type)))
    }

    /// Returns the document of the body as it reads for a stored resource, and the extensions that a key names: a key may
    /// mean something else there than in a new resource.
    ///
    /// # Errors
    /// As [`Body::read_unregistered`].
    pub(super) fn for_stored(
        &self,
        stored: &Document,
        resource_type: &ResourceType,
    ) -> Result<(Document, Cow<'_, [String]>), ScimError> {
        let paths = self.paths_in(stored, resource_type);
        if paths == self.paths {
            return Ok((self.document.clone(), Cow::Borrowed(&self.named_extensions)));
        }
        let is_unregistered = |key: &str| patch::is_unregistered_urn(key, resource_type);
        let registered = self.document.iter().filter(|(key, _)| !is_unregistered(key));
        let mut document = registered.map(|(key, value)| (key.clone(), value.clone())).collect();
        let mut named = self.read_unregistered(&mut document, &paths, resource_type, &mut Warnings::default())?;
        let registered = self.named_extensions.iter().filter(|urn| resource_type.extension(urn).is_some());
        named.extend(registered.cloned());
        Ok((document, Cow::Owned(named)))
    }

    /// Says whether a stored extension turns out to be a part of an extension that the body names, and so is replaced with it:
    /// `urn:x:y:badge` with an object looks like an extension until `urn:x:y:tag` comes with a text.
    pub(super) fn has_whole_of(&self, document: &Document, part: &str, stored: &Document) -> bool {
        let has = |document: &Document, urn: &str| document.keys().any(|key| key.eq_ignore_ascii_case(urn));
        patch::wholes(part).any(|(whole, _)| {
            let mut objects = self.unregistered.iter().filter(|(_, value)| value.is_object());
            let is_apart = !patch::is_dotted(part) && objects.any(|(key, _)| key.trim().eq_ignore_ascii_case(whole));
            has(document, whole) && !has(stored, whole) && !is_apart
        })
    }
}
