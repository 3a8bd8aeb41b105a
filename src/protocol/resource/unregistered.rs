//! Reads the keys of a body that name unregistered extensions or their attributes. What such a key means depends on the
//! extensions of the stored resource, and on those that `schemas` names.

use std::{borrow::Cow, collections::HashSet};

use serde_json::{Map, Value};

use super::Body;
use crate::protocol::{
    bounds, messages::error::ScimError, patch, resource::document::Document, schema::ResourceType, warnings::Warnings,
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
        if self.unregistered.is_empty() {
            patch::drop_placeholders(document, resource_type);
            return Ok(named);
        }
        let in_schemas = self.in_schemas(resource_type);
        let own = self.own_urns();
        let known = |urn: &str| own.contains(&urn.to_ascii_lowercase()) || has(&in_schemas, urn);
        for (key, value) in &self.unregistered {
            let wrapped = |value| {
                let (key, value) = patch::wrapped(stored, resource_type, key.clone(), value);
                patch::wrapped(&in_schemas, resource_type, key, value)
            };
            // Null names the extension, and takes nothing away that another key brings.
            if value.is_null() {
                named.push(wrapped(Value::Null).0.to_ascii_lowercase());
                continue;
            }
            let whole = patch::wholes(key).find(|(urn, _)| known(urn)).filter(|_| value.is_object());
            let (key, value) = match whole {
                Some((urn, name)) if patch::is_dotted(key) => (urn.to_owned(), object(name, value.clone())),
                // An object of its own beside that of the whole.
                Some((urn, _)) if own.contains(&urn.to_ascii_lowercase()) => (key.clone(), value.clone()),
                _ if value.is_object() => patch::wrapped(stored, resource_type, key.clone(), value.clone()),
                _ => wrapped(value.clone()),
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
        let own = self.own_urns();
        patch::wholes(part).any(|(whole, _)| {
            let is_apart = own.contains(&whole.to_ascii_lowercase()) && !patch::is_dotted(part);
            has(document, whole) && !has(stored, whole) && !is_apart
        })
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

fn has(document: &Document, urn: &str) -> bool {
    document.keys().any(|key| key.eq_ignore_ascii_case(urn))
}

fn object(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
