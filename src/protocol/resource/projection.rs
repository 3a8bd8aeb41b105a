//! `attributes`, `excludedAttributes` and `returned` (RFC 7644 section 3.9, RFC 7643 section 7).

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::protocol::{
    bounds,
    messages::error::ScimError,
    resource::document::Document,
    schema::{
        ResourceType, Schema,
        attribute::{Attribute, Returned},
        path::{self, Name},
    },
};

/// Which attributes of a resource are returned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    /// Lower-case canonical names; `None` asks for every attribute that is returned by default.
    attributes: Option<HashSet<String>>,
    excluded: HashSet<String>,
    /// Attributes returned only on request that a write has set: the response to that write contains them.
    written: HashSet<String>,
    nothing: bool,
}

/// The kind of a part of a resource.
#[derive(Clone, Copy)]
enum Part {
    Extension(Option<&'static Schema>),
    Attribute(Option<&'static Attribute>),
}

/// What the request asks about the parent of a part.
#[derive(Clone, Copy)]
struct Above {
    /// Its parts are returned by default.
    asked: bool,
    /// `attributes` names it, and with it all of its parts.
    named: bool,
}

impl Projection {
    /// Asks for no part of the resource, only for its location and version (Bulk).
    pub fn nothing() -> Self {
        Self { nothing: true, ..Self::default() }
    }

    pub const fn is_nothing(&self) -> bool {
        self.nothing
    }

    /// Reads both parameters; names that no schema has are ignored.
    ///
    /// # Errors
    /// 400 `tooMany` for too many names.
    pub fn parse(
        attributes: Option<&str>,
        excluded: Option<&str>,
        resource_type: &ResourceType,
    ) -> Result<Self, ScimError> {
        let count = |list: Option<&str>| list.map_or(0, |list| list.split(',').count());
        if count(attributes) + count(excluded) > bounds::PROJECTED {
            return Err(ScimError::too_many(format!(
                "attributes and excludedAttributes name {} attributes at most",
                bounds::PROJECTED
            )));
        }
        let names = |list: &str| -> HashSet<String> {
            list.split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .flat_map(|name| canonical(name, resource_type))
                .collect()
        };
        let attributes = attributes.map(names).filter(|names| !names.is_empty());
        Ok(Self { attributes, excluded: excluded.map(names).unwrap_or_default(), ..Self::default() })
    }

    /// Returns the projection for the response to a write: attributes the write has set are returned even if they are
    /// otherwise returned only on request (RFC 7643 section 7), unless `attributes` chooses otherwise.
    pub fn for_write(&self, before: Option<&Document>, after: &Document, resource_type: &ResourceType) -> Self {
        let mut projection = self.clone();
        if !resource_type.has_hidden_by_default || self.attributes.is_some() {
            return projection;
        }
        for schema in resource_type.extensions.iter().filter(|schema| schema.has_hidden_by_default()) {
            let of = |document: Option<&Document>, path: &[&str]| {
                let mut value = document?.get(schema.urn)?;
                for name in path {
                    value = value.get(name)?;
                }
                Some(value.clone())
            };
            let is_written = |path: &[&str]| {
                let after = of(Some(after), path);
                after.is_some() && after != of(before, path)
            };
            for attribute in schema.attributes {
                let name = format!("{}:{}", schema.urn, attribute.name).to_ascii_lowercase();
                for sub in attribute.sub_attributes().iter().filter(|_| !attribute.multi_valued) {
                    if is_written(&[attribute.name, sub.name]) {
                        projection.written.insert(format!("{name}.{}", sub.name.to_ascii_lowercase()));
                    }
                }
                if is_written(&[attribute.name]) {
                    projection.written.insert(name);
                }
            }
        }
        projection
    }

    /// Says whether the request asks for everything that is returned by default.
    pub fn is_whole(&self) -> bool {
        self.attributes.is_none() && self.excluded.is_empty() && !self.nothing
    }

    /// Says whether any part of a core attribute is returned.
    pub fn wants(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        !self.nothing
            && !self.excluded.contains(&name)
            && self.attributes.as_ref().is_none_or(|names| names.contains(&name) || self.names_below(&name, '.'))
    }

    /// Says whether the request names an extension or any part of it.
    pub fn names_extension(&self, schema: &Schema) -> bool {
        let urn = schema.urn.to_ascii_lowercase();
        !self.excluded.contains(&urn) && (self.names(&urn) || self.names_below(&urn, ':'))
    }

    fn names(&self, name: &str) -> bool {
        self.attributes.as_ref().is_some_and(|names| names.contains(name))
    }

    fn names_below(&self, name: &str, separator: char) -> bool {
        self.attributes.as_ref().is_some_and(|names| names.iter().any(|asked| is_below(asked, name, separator)))
    }

    /// Returns the part of a resource that was asked for.
    pub fn apply(&self, resource: Map<String, Value>, resource_type: &ResourceType) -> Map<String, Value> {
        let above = Above { asked: self.attributes.is_none(), named: false };
        let part = |(key, value): (String, Value)| {
            let part = match resource_type.core_attribute(&key) {
                Some(attribute) => Part::Attribute(Some(attribute)),
                None => Part::Extension(resource_type.extension(&key)),
            };
            let projected = self.part(&key.to_ascii_lowercase(), part, above, value)?;
            Some((key, projected))
        };
        resource.into_iter().filter_map(part).collect()
    }

    fn part(&self, name: &str, part: Part, above: Above, value: Value) -> Option<Value> {
        let returned = match part {
            Part::Attribute(Some(attribute)) => attribute.returned,
            _ => Returned::Default,
        };
        if returned == Returned::Never || returned != Returned::Always && self.excluded.contains(name) {
            return None;
        }
        let separator = if matches!(part, Part::Extension(_)) { ':' } else { '.' };
        let named = above.named || self.names(name);
        let asked = match returned {
            Returned::Always => true,
            Returned::Request => named || self.written.contains(name),
            _ => named || above.asked,
        };
        if !asked && !self.names_below(name, separator) {
            return None;
        }
        let untouched = !self.excluded.iter().any(|excluded| is_below(excluded, name, separator));
        if asked && untouched && (named || !part.has_hidden_by_default()) {
            return Some(value);
        }
        self.parts(name, part, Above { asked, named }, value)
    }

    fn parts(&self, name: &str, part: Part, above: Above, value: Value) -> Option<Value> {
        match value {
            Value::Object(object) => {
                let mut projected = Map::new();
                for (key, value) in object {
                    let (separator, inner) = part.inner(&key);
                    let name = format!("{name}{separator}{}", key.to_ascii_lowercase());
                    if let Some(value) = self.part(&name, Part::Attribute(inner), above, value) {
                        projected.insert(key, value);
                    }
                }
                (!projected.is_empty()).then_some(Value::Object(projected))
            }
            Value::Array(values) => {
                let values = values.into_iter().filter_map(|value| self.parts(name, part, above, value));
                let values: Vec<Value> = values.collect();
                (!values.is_empty()).then_some(Value::Array(values))
            }
            value => above.asked.then_some(value),
        }
    }
}

impl Part {
    fn inner(self, key: &str) -> (char, Option<&'static Attribute>) {
        match self {
            Self::Extension(schema) => (':', schema.and_then(|schema| schema.attribute(key))),
            Self::Attribute(attribute) => ('.', attribute.and_then(|attribute| attribute.sub_attribute(key))),
        }
    }

    fn has_hidden_by_default(self) -> bool {
        match self {
            Self::Extension(schema) => schema.is_some_and(Schema::has_hidden_by_default),
            Self::Attribute(attribute) => attribute.is_some_and(Attribute::has_hidden_by_default),
        }
    }
}

fn is_below(name: &str, above: &str, separator: char) -> bool {
    name.strip_prefix(above).is_some_and(|rest| rest.starts_with(separator))
}

fn canonical(name: &str, resource_type: &ResourceType) -> Vec<String> {
    // The URN of the core schema names all of its attributes, as the URN of an extension does.
    if name.eq_ignore_ascii_case(resource_type.schema.urn) {
        return resource_type.schema.attributes.iter().map(|attribute| attribute.name.to_ascii_lowercase()).collect();
    }
    let Ok(Some((container, attribute, sub))) = path::resolve(name, resource_type) else {
        return vec![name.to_ascii_lowercase()];
    };
    // The URN of an unregistered extension looks like `URN:attr` too; both are found by the whole text.
    if matches!(attribute, Name::Untyped(_)) {
        return vec![name.to_ascii_lowercase()];
    }
    let mut canonical = container.key().map(|urn| format!("{urn}:")).unwrap_or_default();
    canonical.push_str(attribute.as_str());
    if let Some(sub) = sub {
        canonical.push('.');
        canonical.push_str(sub.as_str());
    }
    vec![canonical.to_ascii_lowercase()]
}
