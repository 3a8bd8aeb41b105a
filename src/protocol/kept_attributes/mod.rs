//! The attributes of users that a connection keeps, for a directory that must hold little.

mod name;

use serde_json::Value;

use crate::protocol::{
    filter::Filter,
    messages::error::ScimError,
    resource::document::Document,
    schema::{
        ResourceType, Schema,
        attribute::Attribute,
        path::{self, Container},
        urn,
    },
    shorten::shorten,
};
use name::spelled;

/// The most names in a list.
const NAMES: usize = 100;
/// What every directory holds: who a user is, and whether they still are one.
const ALWAYS: [&str; 5] = ["userName", "externalId", "active", "name", "displayName"];

/// The attributes of users that a connection keeps: `emails`, the URN of an extension, or an attribute behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAttributes(Vec<String>);

impl KeptAttributes {
    /// Reads names as an administrator sends them. A bare `department` is that of the extension.
    ///
    /// # Errors
    /// 400 for too many names, for one that no schema has, for one that the server itself fills, and for a part of an extension
    /// that lacks what the extension requires.
    pub fn parse(names: &[impl AsRef<str>], user_type: &ResourceType) -> Result<Self, ScimError> {
        if names.len() > NAMES {
            return Err(ScimError::invalid_value(format!("attributes has more than {NAMES} names")));
        }
        let mut kept = Self(Vec::new());
        for name in names {
            let name = spelled(name.as_ref().trim(), user_type)?;
            if !kept.0.contains(&name) {
                kept.0.push(name);
            }
        }
        for schema in &user_type.extensions {
            let mut required = schema.attributes.iter().filter(|attribute| attribute.required);
            if kept.keeps_some_of(schema.urn)
                && let Some(missing) = required.find(|of| !kept.keeps_of(schema.urn, of.name))
            {
                let detail =
                    format!("attributes keeps a part of {} without {}, which it requires", schema.urn, missing.name);
                return Err(ScimError::invalid_value(detail));
            }
        }
        Ok(kept)
    }

    /// Splits the names as they are stored.
    pub fn from_stored(stored: &str) -> Self {
        Self(stored.split_whitespace().map(str::to_owned).collect())
    }

    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Removes what is not kept.
    pub fn narrow(&self, document: &mut Document) {
        document.retain(|key, value| match value {
            Value::Object(extension) if key.contains(':') => {
                extension.retain(|name, _| self.keeps_of(key, name));
                !extension.is_empty()
            }
            _ => key == "schemas" || self.keeps(key),
        });
    }

    /// Refuses a filter on what is not kept: it would never find anybody.
    ///
    /// # Errors
    /// 400 `invalidFilter`.
    pub fn check_filter(&self, filter: &Filter, user_type: &ResourceType) -> Result<(), ScimError> {
        match filter {
            Filter::And(filters) | Filter::Or(filters) => {
                filters.iter().try_for_each(|filter| self.check_filter(filter, user_type))
            }
            Filter::Not(inner) => self.check_filter(inner, user_type),
            Filter::Present(name) | Filter::Compare(name, ..) | Filter::Values(name, _) => {
                match self.keeps_name(name, user_type) {
                    true => Ok(()),
                    false => Err(ScimError::invalid_filter(format!("this connection does not keep {}", shorten(name)))),
                }
            }
        }
    }

    /// Refuses a sort by what is not kept: nobody would have a value.
    ///
    /// # Errors
    /// 400 `invalidValue`.
    pub fn check_sort(&self, sort_by: &str, user_type: &ResourceType) -> Result<(), ScimError> {
        match self.keeps_name(sort_by.trim(), user_type) {
            true => Ok(()),
            false => Err(ScimError::invalid_value(format!(
                "users cannot be sorted by {}, which this connection does not keep",
                shorten(sort_by)
            ))),
        }
    }

    /// Says whether what a name stands for is kept. What is wrong with any other name says whoever resolves it.
    fn keeps_name(&self, name: &str, user_type: &ResourceType) -> bool {
        let Ok(Some((container, of, _))) = path::resolve(name, user_type) else { return true };
        match (&container, of.known()) {
            (Container::Core, Some(attribute)) => self.keeps_attribute(attribute),
            (Container::Registered(schema), Some(attribute)) => self.keeps_attribute_of(schema, attribute),
            (container, _) => container.key().is_none_or(|urn| self.keeps_of(urn, of.as_str())),
        }
    }

    /// Says whether an attribute of the core schema may have a value.
    pub fn keeps_attribute(&self, attribute: &Attribute) -> bool {
        attribute.is_read_only() || self.keeps(attribute.name)
    }

    /// Says whether an attribute of an extension may have a value.
    pub fn keeps_attribute_of(&self, schema: &Schema, attribute: &Attribute) -> bool {
        schema.urn == urn::HOSTS || self.keeps_of(schema.urn, attribute.name)
    }

    fn keeps(&self, name: &str) -> bool {
        ALWAYS.iter().any(|always| always.eq_ignore_ascii_case(name)) || self.has(name)
    }

    fn keeps_of(&self, urn: &str, name: &str) -> bool {
        self.has(urn) || self.has(&format!("{urn}:{name}"))
    }

    /// Says whether an extension is kept in part.
    fn keeps_some_of(&self, urn: &str) -> bool {
        self.0.iter().any(|kept| {
            kept.get(..urn.len()).is_some_and(|head| head.eq_ignore_ascii_case(urn))
                && kept.as_bytes().get(urn.len()) == Some(&b':')
        })
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|kept| kept.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::protocol::schema::ResourceTypes;

    fn parse(names: &[&str]) -> Result<KeptAttributes, ScimError> {
        KeptAttributes::parse(names, &ResourceTypes::default().user)
    }

    #[test]
    fn names_are_spelled_as_the_schemas_do() {
        let kept = parse(&["EMAILS", "department", "emails", "urn:acme:badge", "urn:acme:car:colour"]).unwrap();
        let department = format!("{}:department", urn::ENTERPRISE_USER);
        assert_eq!(kept.names(), ["emails", &department, "urn:acme:badge", "urn:acme:car:colour"]);
        assert_eq!(KeptAttributes::from_stored(&kept.names().join(" ")), kept);
    }

    #[test]
    fn what_cannot_be_kept_is_refused_by_its_name() {
        for name in ["nickname2", "groups", "id", "meta", "emails.value", urn::HOSTS, "", "a b", "hosts"] {
            let refused = parse(&["title", name]).unwrap_err();
            assert!(refused.detail.contains("attributes names"), "{name}: {}", refused.detail);
        }
    }

    #[test]
    fn only_what_is_kept_stays() {
        let document = json!({
            "schemas": [], "userName": "a", "externalId": "1", "active": true, "name": {}, "displayName": "A", "title": "T",
            "emails": [], "nickName": "N", urn::ENTERPRISE_USER: { "department": "D", "manager": {} },
            "urn:acme:badge": { "number": 1 }, "urn:acme:car": { "colour": "red", "plate": "X" }, "urn:acme:desk": { "n": 1 },
        });
        let Value::Object(document) = document else { unreachable!() };
        let narrowed = |names: &[&str]| {
            let mut document: Map<String, Value> = document.clone();
            parse(names).unwrap().narrow(&mut document);
            document
        };
        let always = ["schemas", "userName", "externalId", "active", "name", "displayName"];
        assert_eq!(narrowed(&["userName"]).keys().collect::<Vec<_>>(), always);
        let some = narrowed(&["title", "department", "urn:acme:badge", "URN:acme:CAR:colour"]);
        assert_eq!(some[urn::ENTERPRISE_USER], json!({ "department": "D" }));
        assert_eq!(
            (&some["urn:acme:badge"], &some["urn:acme:car"]),
            (&json!({ "number": 1 }), &json!({ "colour": "red" }))
        );
        assert!(some.contains_key("title") && !some.contains_key("emails") && !some.contains_key("urn:acme:desk"));
    }
}
