//! Finds which unregistered extension each key of a body means. `URN:attr`, the older `URN.attr` (scimple#704), `URN:attr.sub`
//! and the URN of an extension look alike; what the resource has, what `schemas` names and the other keys of the body tell.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::protocol::{
    bounds,
    patch::{is_dotted, wholes},
    schema::path,
};

/// An extension, or an attribute in it, or a sub-attribute of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionPath {
    pub urn: String,
    pub name: Option<String>,
    pub sub: Option<String>,
}

impl ExtensionPath {
    const fn whole(urn: String) -> Self {
        Self { urn, name: None, sub: None }
    }
}

/// Finds the path of each key, in the order of the keys. It does not depend on that order.
pub fn paths<'a>(
    keys: &[(String, Value)],
    stored: impl Iterator<Item = &'a str>,
    schemas: impl Iterator<Item = &'a str>,
) -> Vec<ExtensionPath> {
    let keys: Vec<(&str, &Value)> = keys.iter().map(|(key, value)| (key.trim(), value)).collect();
    let mut known = Known::default();
    stored.for_each(|urn| known.add(urn));
    known.stored = known.urns.keys().cloned().collect();
    schemas.take(bounds::EXTENSIONS).for_each(|urn| known.add(urn));
    known.add_urns_of_attributes(&keys);
    known.add_urns_before_dots(&keys);
    known.add_objects(&keys);
    keys.iter().map(|(key, value)| known.path(key, value)).collect()
}

/// The URNs that are extensions. All sets are lower-case.
#[derive(Default)]
struct Known {
    /// All of them, each with its spelling.
    urns: HashMap<String, String>,
    /// Those of the stored resource.
    stored: HashSet<String>,
    /// Those that another key of the body tells, by an attribute.
    told: HashSet<String>,
    /// Objects that are no extensions but attributes.
    parts: HashSet<String>,
}

impl Known {
    /// `URN:attr` with anything but an object is an attribute, so the URN is an extension.
    fn add_urns_of_attributes(&mut self, keys: &[(&str, &Value)]) {
        let plain = keys.iter().filter(|(key, value)| !value.is_object() && !value.is_null() && !is_dotted(key));
        for urn in plain.filter_map(|(key, _)| above(key)) {
            self.add(urn);
            self.told.insert(lower(urn));
        }
    }

    /// `URN.attr` alone could be an attribute of a shorter URN. Another key below the same URN tells, and so does what these
    /// keys make extensions: the same body means the same when it is sent again.
    fn add_urns_before_dots(&mut self, keys: &[(&str, &Value)]) {
        let known = keys.iter().map(|(key, _)| *key).chain(self.stored.iter().map(String::as_str));
        let mut below: HashSet<String> = known.filter_map(above).map(lower).collect();
        let made: Vec<String> = below.iter().chain(self.urns.keys()).filter_map(|urn| above(urn)).map(lower).collect();
        below.extend(made);
        for urn in before_dots(keys).filter(|urn| below.contains(&lower(urn))) {
            self.add(urn);
            self.told.insert(lower(urn));
        }
    }

    /// An object is an extension, unless it is an attribute of one.
    fn add_objects(&mut self, keys: &[(&str, &Value)]) {
        let objects = || keys.iter().filter(|(_, value)| value.is_object()).map(|(key, _)| *key);
        let own: HashSet<String> = objects().map(lower).collect();
        // The URN in front of an attribute is no attribute itself.
        let attributes = keys.iter().filter(|(_, value)| !value.is_object()).filter_map(|(key, _)| above(key));
        let in_front: HashSet<String> = attributes.chain(before_dots(keys)).map(lower).collect();
        for urn in objects() {
            let key = lower(urn);
            let is_part_of = |whole: String| {
                let is_told = self.told.contains(&whole) || self.stored.contains(&whole) && !self.stored.contains(&key);
                match is_dotted(urn) {
                    true => is_told || own.contains(&whole) || self.urns.contains_key(&whole),
                    // Beside an object of the whole it is an extension of its own.
                    false => is_told && !own.contains(&whole),
                }
            };
            if !in_front.contains(&key) && wholes(urn).any(|(whole, _)| is_part_of(lower(whole))) {
                self.parts.insert(key);
            } else {
                self.add(urn);
            }
        }
    }

    fn add(&mut self, urn: &str) {
        self.urns.entry(lower(urn)).or_insert_with(|| urn.trim().to_owned());
    }

    fn path(&self, key: &str, value: &Value) -> ExtensionPath {
        let may_be_whole = value.is_object() || value.is_null();
        let whole = self.urns.get(&lower(key)).filter(|_| may_be_whole && !self.parts.contains(&lower(key)));
        if let Some(urn) = whole {
            return ExtensionPath::whole(urn.clone());
        }
        // The longest URN tells most.
        for (at, separator) in key.rmatch_indices([':', '.']) {
            let Some(urn) = self.urns.get(&lower(&key[..at])) else { continue };
            if let Some(path) = within(urn, &key[at + separator.len()..]) {
                return path;
            }
        }
        if may_be_whole {
            return ExtensionPath::whole(key.to_owned());
        }
        let (urn, rest) = key.rsplit_once(':').unwrap_or((key, ""));
        within(urn, rest).unwrap_or_else(|| ExtensionPath::whole(key.to_owned()))
    }
}

/// Reads what follows a URN: an attribute, or a sub-attribute of one after a dot or a colon.
fn within(urn: &str, rest: &str) -> Option<ExtensionPath> {
    let (name, sub) = match rest.split_once(['.', ':']) {
        None => (rest, None),
        Some((name, sub)) => (name, Some(sub)),
    };
    (path::is_name(name) && sub.is_none_or(path::is_name)).then(|| ExtensionPath {
        urn: urn.to_owned(),
        name: Some(name.to_owned()),
        sub: sub.map(str::to_owned),
    })
}

/// Lists what is before the dots of the keys that have one.
fn before_dots<'a>(keys: &'a [(&str, &Value)]) -> impl Iterator<Item = &'a str> {
    keys.iter().filter(|(key, _)| is_dotted(key)).flat_map(|(key, _)| wholes(key)).map(|(whole, _)| whole)
}

/// Returns what is before the last colon, if an attribute follows it.
fn above(key: &str) -> Option<&str> {
    let (urn, rest) = key.rsplit_once(':')?;
    within(urn, rest).map(|_| urn)
}

fn lower(urn: &str) -> String {
    urn.trim().to_ascii_lowercase()
}
