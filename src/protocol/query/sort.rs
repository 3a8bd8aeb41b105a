//! `sortBy` and `sortOrder` (RFC 7644 section 3.4.2.3).

use crate::protocol::{
    messages::error::ScimError,
    resource::search_document,
    schema::{
        ResourceType,
        attribute::Returned,
        path::{self, Name},
        urn,
    },
    shorten::shorten,
};

/// How resources are ordered; equal ones are ordered by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// The keys that lead to a text in the search document.
    pub keys: Vec<String>,
    pub descending: bool,
    /// An attribute of an unregistered extension: its value may have any JSON type, and only texts are sorted.
    pub untyped: bool,
}

impl Sort {
    /// Reads both parameters. A multi-valued attribute is sorted by its primary value, or its first if none is primary; a
    /// complex attribute by its `value`.
    ///
    /// # Errors
    /// 400 `invalidValue` for an attribute that cannot be sorted by, and for an invalid order.
    pub fn parse(
        sort_by: Option<&str>,
        sort_order: Option<&str>,
        resource_type: &ResourceType,
    ) -> Result<Option<Self>, ScimError> {
        let descending = match sort_order.map(|order| order.trim().to_ascii_lowercase()).as_deref() {
            None | Some("" | "ascending") => false,
            Some("descending") => true,
            Some(_) => return Err(ScimError::invalid_value("sortOrder is ascending or descending")),
        };
        let Some(name) = sort_by.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
        let (keys, untyped) = keys(name, resource_type)
            .ok_or_else(|| ScimError::invalid_value(format!("resources cannot be sorted by '{}'", shorten(name))))?;
        Ok(Some(Self { keys, descending, untyped }))
    }
}

fn keys(name: &str, resource_type: &ResourceType) -> Option<(Vec<String>, bool)> {
    let (container, attribute, sub) = path::resolve(name, resource_type).ok().flatten()?;
    let mut keys: Vec<String> = container.key().into_iter().map(str::to_ascii_lowercase).collect();
    let Name::Known(attribute) = attribute else {
        keys.push(attribute.as_str().to_ascii_lowercase());
        keys.extend(sub.map(|sub| sub.as_str().to_ascii_lowercase()));
        return Some((keys, true));
    };
    // Membership, hosts and the version are not part of the document.
    let core = container.key().is_none();
    let outside = attribute.returned == Returned::Never
        || matches!(attribute.name, "groups" | "members")
        || container.key() == Some(urn::HOSTS);
    let sub = match (sub, attribute.is_complex()) {
        (Some(sub), _) => Some(sub.as_str().to_ascii_lowercase()),
        (None, true) => Some(attribute.sub_attribute("value")?.name.to_ascii_lowercase()),
        (None, false) => None,
    };
    if outside || core && attribute.name == "meta" && sub.as_deref() == Some("version") {
        return None;
    }
    let key = attribute.name.to_ascii_lowercase();
    keys.push(if attribute.multi_valued { search_document::sort_value(&key) } else { key });
    keys.extend(sub);
    Some((keys, false))
}
