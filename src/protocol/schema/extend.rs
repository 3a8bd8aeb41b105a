//! Extensions registered by the host: checks whether a schema can be served.

use super::{Attribute, ResourceType, ResourceTypes, Schema};
use crate::protocol::{
    bounds,
    schema::{self, path},
};

impl ResourceType {
    /// Adds an extension.
    ///
    /// # Errors
    /// A message for a schema whose URN could be confused with another or whose attributes are invalid.
    pub fn extend(&mut self, schema: &'static Schema) -> Result<(), String> {
        let refuse = |reason: String| Err(format!("the schema {}: {reason}", schema.urn));
        let urn = schema.urn.to_ascii_lowercase();
        if !urn.starts_with("urn:") || !path::is_urn(schema.urn) {
            return refuse("its URN begins with urn: and has no blanks or quotes".to_owned());
        }
        let discovery = [&schema::SERVICE_PROVIDER_CONFIG, &schema::RESOURCE_TYPE, &schema::SCHEMA];
        for other in self.schemas().chain(discovery) {
            let other = other.urn.to_ascii_lowercase();
            if is_part(&urn, &other) || is_part(&other, &urn) {
                return refuse(format!("its URN cannot be told from {other}"));
            }
        }
        if schema.attributes.is_empty() {
            return refuse("it has no attributes".to_owned());
        }
        match unfit(schema.attributes, true) {
            Some(reason) => refuse(reason),
            None => {
                self.extensions.push(schema);
                self.has_hidden_by_default |= schema.has_hidden_by_default();
                Ok(())
            }
        }
    }
}

impl ResourceType {
    /// Lists the URNs of extensions that another resource type does not have.
    fn without(&self, other: &Self) -> Vec<&'static str> {
        self.extensions.iter().map(|schema| schema.urn).filter(|urn| other.extension(urn).is_none()).collect()
    }
}

impl ResourceTypes {
    /// Returns the built-in types with these extensions added.
    ///
    /// # Errors
    /// Same as [`ResourceType::extend`], and if one URN is used for two different schemas.
    pub fn with(users: &[&'static Schema], groups: &[&'static Schema]) -> Result<Self, String> {
        let mut types = Self::default();
        for schema in users {
            types.user.extend(schema)?;
        }
        for schema in groups {
            if let Some(other) = types.user.extension(schema.urn)
                && !std::ptr::eq(other, *schema)
            {
                return Err(format!("the schema {} is another one for users", schema.urn));
            }
            types.group.extend(schema)?;
        }
        types.user.others = types.group.without(&types.user);
        types.group.others = types.user.without(&types.group);
        Ok(types)
    }
}

/// Says whether a name that begins with one URN could belong to the other.
fn is_part(urn: &str, of: &str) -> bool {
    urn.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '.']))
}

fn unfit(attributes: &[Attribute], top: bool) -> Option<String> {
    for (at, attribute) in attributes.iter().enumerate() {
        let name = attribute.name;
        if !path::is_name(name) || name.len() > bounds::NAME || top && name.starts_with('$') {
            return Some(format!("'{name}' is no attribute name"));
        }
        // Clients also put `schemas` into the extension's object, where it means nothing.
        if top && name.eq_ignore_ascii_case("schemas") {
            return Some("no attribute is named schemas".to_owned());
        }
        if attributes[..at].iter().any(|other| other.name.eq_ignore_ascii_case(name)) {
            return Some(format!("{name} is there twice"));
        }
        if attribute.is_complex() {
            if !top {
                return Some(format!("{name} is complex inside a complex attribute"));
            }
            if attribute.sub_attributes().is_empty() {
                return Some(format!("{name} has no sub-attributes"));
            }
            if let Some(reason) = unfit(attribute.sub_attributes(), false) {
                return Some(format!("{name}: {reason}"));
            }
        } else if !top && attribute.multi_valued {
            return Some(format!("{name} has several values inside a complex attribute"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &[Attribute] = &[Attribute::string("name", "A name.")];

    fn refused(schema: &'static Schema) -> String {
        ResourceTypes::with(&[schema], &[]).unwrap_err()
    }

    #[test]
    fn a_schema_that_cannot_be_told_from_another_is_refused() {
        static BELOW: Schema =
            Schema::new("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:more", "More", "", NAME);
        static CORE: Schema = Schema::new("URN:IETF:params:scim:schemas:core:2.0:User", "User", "", NAME);
        static PLAIN: Schema = Schema::new("badge", "Badge", "", NAME);
        static FITS: Schema = Schema::new("urn:example:badge", "Badge", "", NAME);
        for schema in [&BELOW, &CORE, &PLAIN] {
            assert!(refused(schema).contains("URN"));
        }
        assert!(ResourceTypes::with(&[&FITS, &FITS], &[]).is_err(), "twice");
        assert!(ResourceTypes::with(&[&FITS], &[&FITS]).is_ok(), "one schema may extend both types");
    }

    #[test]
    fn attributes_that_do_not_fit_are_refused() {
        static TWICE: Schema = Schema::new(
            "urn:example:a",
            "A",
            "",
            &[Attribute::string("name", "A name."), Attribute::integer("NAME", "A name.")],
        );
        static MISNAMED: Schema = Schema::new("urn:example:a", "A", "", &[Attribute::string("a b", "A name.")]);
        static DEEP: Schema = Schema::new(
            "urn:example:a",
            "A",
            "",
            &[Attribute::complex("a", &[Attribute::complex("b", NAME, "B.")], "A.")],
        );
        static EMPTY: Schema = Schema::new("urn:example:a", "A", "", &[]);
        assert!(refused(&TWICE).contains("NAME is there twice"));
        assert!(refused(&MISNAMED).contains("no attribute name"));
        assert!(refused(&DEEP).contains("complex inside"));
        assert!(refused(&EMPTY).contains("no attributes"));
    }
}
