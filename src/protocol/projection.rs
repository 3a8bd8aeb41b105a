//! `attributes` and `excludedAttributes` (RFC 7644 section 3.9).

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    attribute::Returned,
    path::{self, Name},
    schema::ResourceType,
};

/// Which attributes of a resource are answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    /// Lower-case canonical names; `None` asks for every attribute that is returned by default.
    attributes: Option<HashSet<String>>,
    excluded: HashSet<String>,
}

impl Projection {
    /// Reads both parameters; names that no schema has are ignored.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>, resource_type: &ResourceType) -> Self {
        let names = |list: &str| -> HashSet<String> {
            list.split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .map(|name| canonical(name, resource_type))
                .collect()
        };
        let attributes = attributes.map(names).filter(|names| !names.is_empty());
        Self { attributes, excluded: excluded.map(names).unwrap_or_default() }
    }

    /// Whether everything is answered as it is stored.
    pub fn is_whole(&self) -> bool {
        self.attributes.is_none() && self.excluded.is_empty()
    }

    /// Whether anything of a core attribute is answered.
    pub fn wants(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        if self.excluded.contains(&name) {
            return false;
        }
        let below = format!("{name}.");
        self.attributes
            .as_ref()
            .is_none_or(|names| names.iter().any(|asked| *asked == name || asked.starts_with(&below)))
    }

    /// The part of a resource that was asked for.
    pub fn apply(&self, resource: Map<String, Value>, resource_type: &ResourceType) -> Map<String, Value> {
        let mut projected = Map::new();
        for (key, value) in resource {
            let always =
                resource_type.core_attribute(&key).is_some_and(|attribute| attribute.returned == Returned::Always);
            let separator = if key.contains(':') { ':' } else { '.' };
            if always {
                projected.insert(key, value);
            } else if let Some(value) = self.project(&key.to_ascii_lowercase(), separator, value) {
                projected.insert(key, value);
            }
        }
        projected
    }

    /// The part of a value under a name; an extension's attributes stand behind a colon, sub-attributes behind a dot.
    fn project(&self, name: &str, separator: char, value: Value) -> Option<Value> {
        if self.excluded.contains(name) {
            return None;
        }
        let asked = self.attributes.as_ref().is_none_or(|names| names.contains(name));
        let below = format!("{name}{separator}");
        let part_asked =
            self.attributes.as_ref().is_some_and(|names| names.iter().any(|asked| asked.starts_with(&below)));
        let part_excluded = self.excluded.iter().any(|excluded| excluded.starts_with(&below));
        if asked && !part_excluded {
            return Some(value);
        }
        if !asked && !part_asked {
            return None;
        }
        let inner = if asked { Self { attributes: None, excluded: self.excluded.clone() } } else { self.clone() };
        inner.project_below(&below, value)
    }

    fn project_below(&self, below: &str, value: Value) -> Option<Value> {
        match value {
            Value::Object(object) => {
                let mut projected = Map::new();
                for (key, value) in object {
                    let name = format!("{below}{}", key.to_ascii_lowercase());
                    if let Some(value) = self.project(&name, '.', value) {
                        projected.insert(key, value);
                    }
                }
                (!projected.is_empty()).then_some(Value::Object(projected))
            }
            Value::Array(values) => {
                let values: Vec<Value> =
                    values.into_iter().filter_map(|value| self.project_below(below, value)).collect();
                (!values.is_empty()).then_some(Value::Array(values))
            }
            _ => None,
        }
    }
}

fn canonical(name: &str, resource_type: &ResourceType) -> String {
    let Ok(Some((container, attribute, sub))) = path::resolve(name, resource_type) else {
        return name.to_ascii_lowercase();
    };
    // The URN of an unregistered extension reads like `URN:attr` too; both are found by the whole text.
    if matches!(attribute, Name::Open(_)) {
        return name.to_ascii_lowercase();
    }
    let mut canonical = container.key().map(|urn| format!("{urn}:")).unwrap_or_default();
    canonical.push_str(attribute.as_str());
    if let Some(sub) = sub {
        canonical.push('.');
        canonical.push_str(sub.as_str());
    }
    canonical.to_ascii_lowercase()
}
