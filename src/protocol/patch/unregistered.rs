//! Finds the unregistered extension that a URN means; only the document can tell such a URN from one of the extension's
//! attributes.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::protocol::{
    resource::document::Document,
    schema::{
        ResourceType, extension,
        path::{self, Container},
    },
};

/// Says whether a text can be the URN of an unregistered extension.
pub fn is_unregistered_urn(text: &str, resource_type: &ResourceType) -> bool {
    let text = text.trim();
    path::is_urn(text)
        && !path::is_foreign(text, resource_type)
        && matches!(path::split_urn(text, resource_type).0, Container::Unregistered(_))
}

/// Returns the key of an unregistered extension in the document, existing or new, if a text names the whole extension.
///
/// Such a URN alone looks the same as `URN:attr`. It is the extension if the document has it, or if an object is assigned to
/// it and the document does not have the extension whose attribute it would be.
pub fn extension_key(
    document: &Document,
    resource_type: &ResourceType,
    text: &str,
    value: Option<&Value>,
) -> Option<String> {
    let text = text.trim();
    let (Container::Unregistered(parent), _) = path::split_urn(text, resource_type) else {
        return None;
    };
    if path::is_foreign(text, resource_type) {
        return None;
    }
    let stored = |urn: &str| document.keys().find(|key| key.eq_ignore_ascii_case(urn)).cloned();
    if let Some(key) = stored(text) {
        return Some(key);
    }
    let is_object = value.is_some_and(|value| value.is_object() || value.is_null());
    (is_object && path::is_urn(text) && stored(&parent).is_none()).then(|| text.to_owned())
}

/// Lists what a URN may be an attribute of, each with the attribute's name there: what is before its last colon, or before
/// the dot that comes after that (scimple#704).
pub fn wholes(urn: &str) -> impl Iterator<Item = (&str, &str)> {
    let colon = urn.rsplit_once(':');
    let dot = colon.and_then(|(before, last)| {
        let (first, name) = last.split_once('.')?;
        Some((urn.get(..before.len() + 1 + first.len())?, name))
    });
    [dot, colon].into_iter().flatten().filter(|(_, name)| path::is_name(name))
}

/// Says whether a URN is joined to its last name by a dot.
pub fn is_dotted(urn: &str) -> bool {
    urn.rsplit_once(':').is_some_and(|(_, last)| last.contains('.'))
}

/// Takes the objects that were stored as extensions but are attributes of this one: `urn:x:y:badge` with an object looks
/// like an extension until `urn:x:y:tag` comes with a text.
pub fn take_parts(document: &mut Document, urn: &str, takes: impl Fn(&str) -> bool) -> Map<String, Value> {
    let name = |key: &str| {
        let mut of_urn = wholes(key).filter(|(whole, _)| whole.eq_ignore_ascii_case(urn) && takes(key));
        of_urn.next().map(|(_, name)| name.to_owned())
    };
    let found: Vec<(String, String)> = document.keys().filter_map(|key| Some((key.clone(), name(key)?))).collect();
    let mut parts = Map::new();
    for (key, name) in found {
        // `urn:x:y:badge` and `urn:x:y.badge` are parts of one name.
        match (parts.get_mut(&name), document.shift_remove(&key)) {
            (Some(Value::Object(part)), Some(Value::Object(more))) => part.extend(more),
            (_, part) => parts.extend(part.map(|part| (name, part))),
        }
    }
    parts
}

/// Rewrites `URN.attr` (scimple#704) or `URN:attr:sub` as a path in an unregistered extension that the document has; without
/// the document, such a URN cannot be told from its attribute.
pub fn within_stored<'a>(document: &Document, resource_type: &ResourceType, text: &'a str) -> Cow<'a, str> {
    let text = text.trim();
    let (head, filter) = text.find('[').map_or((text, ""), |at| text.split_at(at));
    if !matches!(path::split_urn(head, resource_type).0, Container::Unregistered(_)) || document.contains_key(head) {
        return Cow::Borrowed(text);
    }
    let has_part =
        |urn: &str| document.keys().flat_map(|key| wholes(key)).any(|(whole, _)| whole.eq_ignore_ascii_case(urn));
    if let Some((urn, name)) = wholes(head).find(|(urn, _)| is_dotted(head) && has_part(urn)) {
        return Cow::Owned(format!("{urn}:{name}{filter}"));
    }
    let below = |key: &&String| {
        let begins = head.get(..key.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(key));
        begins && key.contains(':') && matches!(head.as_bytes().get(key.len()), Some(b':' | b'.'))
    };
    let Some(urn) = document.keys().filter(below).max_by_key(|key| key.len()) else { return Cow::Borrowed(text) };
    let rest = &head[urn.len() + 1..];
    match rest.split_once(':') {
        None => Cow::Owned(format!("{urn}:{rest}{filter}")),
        Some((name, sub)) => {
            let extension = document.get(urn).and_then(Value::as_object);
            let parent = extension.and_then(|extension| Some((extension, extension::spelled(extension, name)?)));
            match parent {
                Some((extension, name)) if extension[name].is_object() && path::is_name(sub) => {
                    Cow::Owned(format!("{urn}:{name}.{sub}{filter}"))
                }
                _ => Cow::Borrowed(text),
            }
        }
    }
}
