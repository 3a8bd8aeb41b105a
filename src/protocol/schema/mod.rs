//! The attribute table: User, Enterprise User and Group (RFC 7643 sections 4.1 to 4.3 and 8.7.1), and the host's extensions.

pub mod attribute;
mod common;
mod discovery;
mod enterprise;
mod extend;
pub mod extension;
mod group;
mod hosts;
mod identifier;
mod owner;
pub mod path;
pub mod urn;
mod user;

use crate::protocol::schema::attribute::{Attribute, find};
pub use {
    common::COMMON,
    discovery::{RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG},
    enterprise::ENTERPRISE_USER,
    group::GROUP,
    hosts::HOSTS_EXTENSION,
    identifier::IDENTIFIER_EXTENSION,
    user::USER,
};

/// A schema: a URN and its attributes (RFC 7643 section 7).
///
/// A host registers its own schema as an extension of users or groups with
/// [`Builder::extend_users`](crate::Builder::extend_users). It is then validated, filtered, sorted, projected and advertised
/// like the built-in ones:
///
/// ```
/// use fleet_scim::{Attribute, Schema};
///
/// static BADGE: Schema = Schema::new(
///     "urn:example:params:scim:schemas:extension:badge:2.0:User",
///     "Badge",
///     "The badge that opens doors",
///     &[
///         Attribute::string("number", "The number on the badge.").case_exact().required(),
///         Attribute::date_time("validUntil", "When it stops opening doors."),
///         Attribute::complex("doors", DOORS, "The doors it opens.").multi_valued(),
///     ],
/// );
///
/// const DOORS: &[Attribute] =
///     &[Attribute::string("value", "The door."), Attribute::boolean("primary", "Whether it is the usual one.")];
/// ```
#[derive(Debug)]
pub struct Schema {
    pub(crate) urn: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) attributes: &'static [Attribute],
}

impl Schema {
    /// Creates a schema with these attributes; [`Builder::build`](crate::Builder::build) checks whether they are valid.
    #[must_use]
    pub const fn new(
        urn: &'static str,
        name: &'static str,
        description: &'static str,
        attributes: &'static [Attribute],
    ) -> Self {
        Self { urn, name, description, attributes }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }

    pub(crate) fn has_hidden_by_default(&self) -> bool {
        self.attributes.iter().any(Attribute::has_hidden_by_default)
    }
}

#[derive(Debug, Clone)]
pub struct ResourceType {
    pub name: &'static str,
    pub endpoint: &'static str,
    pub description: &'static str,
    pub schema: &'static Schema,
    /// Attributes beside those of the schema, or in their place.
    pub beside: &'static [Attribute],
    pub extensions: Vec<&'static Schema>,
    /// The URNs of extensions that only the other resource type has.
    pub others: Vec<&'static str>,
    /// Whether a stored attribute is not returned unless it is asked for.
    pub has_hidden_by_default: bool,
}

/// The resource types that are served, with the extensions of this host.
#[derive(Debug, Clone)]
pub struct ResourceTypes {
    pub user: ResourceType,
    pub group: ResourceType,
}

impl Default for ResourceTypes {
    fn default() -> Self {
        Self {
            user: ResourceType {
                name: "User",
                endpoint: "/Users",
                description: "A person, as the identity provider knows them.",
                schema: &USER,
                beside: &[],
                extensions: vec![&ENTERPRISE_USER, &HOSTS_EXTENSION],
                others: vec![urn::IDENTIFIER],
                has_hidden_by_default: false,
            },
            group: ResourceType {
                name: "Group",
                endpoint: "/Groups",
                description: "A group of the connection, of people and other groups.",
                schema: &GROUP,
                beside: &[],
                extensions: vec![&IDENTIFIER_EXTENSION],
                others: vec![urn::ENTERPRISE_USER, urn::HOSTS],
                has_hidden_by_default: false,
            },
        }
    }
}

impl ResourceTypes {
    pub const fn all(&self) -> [&ResourceType; 2] {
        [&self.user, &self.group]
    }

    /// Lists the extensions that the host registered, each with the type it extends.
    pub fn of_host(&self) -> Vec<(&ResourceType, &'static Schema)> {
        let built_in = Self::default();
        let mut found = Vec::new();
        for (of, built_in) in self.all().into_iter().zip(built_in.all()) {
            let own = of.extensions.iter().filter(|schema| built_in.extension(schema.urn).is_none());
            found.extend(own.map(|schema| (of, *schema)));
        }
        found
    }
}

impl ResourceType {
    pub fn is_user(&self) -> bool {
        self.schema.urn == urn::USER
    }

    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|schema| schema.urn.eq_ignore_ascii_case(urn))
    }

    /// Says whether it has a schema.
    pub fn has(&self, schema: &Schema) -> bool {
        self.schemas().any(|own| own.urn == schema.urn)
    }

    /// Finds the core or common attribute with this name, in any letter case.
    pub fn core_attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.beside, name).or_else(|| self.schema.attribute(name)).or_else(|| find(COMMON, name))
    }

    /// Lists the core schema, then the registered extensions.
    pub fn schemas(&self) -> impl Iterator<Item = &'static Schema> {
        std::iter::once(self.schema).chain(self.extensions.iter().copied())
    }
}
