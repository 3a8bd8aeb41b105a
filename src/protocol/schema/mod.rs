//! The attribute table: User, Enterprise User and Group (RFC 7643 sections 4.1 to 4.3 and 8.7.1).

mod common;
mod discovery;
mod enterprise;
mod group;
mod user;

use super::attribute::{Attribute, find};
pub use {
    common::COMMON,
    discovery::{RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG},
    enterprise::ENTERPRISE_USER,
    group::GROUP,
    user::USER,
};

#[derive(Debug)]
pub struct Schema {
    pub urn: &'static str,
    pub name: &'static str,
    pub description: &'static str,
    pub attributes: &'static [Attribute],
}

impl Schema {
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }
}

#[derive(Debug)]
pub struct ResourceType {
    pub name: &'static str,
    pub endpoint: &'static str,
    pub description: &'static str,
    pub schema: &'static Schema,
    pub extensions: &'static [&'static Schema],
}

pub static USER_TYPE: ResourceType = ResourceType {
    name: "User",
    endpoint: "/Users",
    description: "A person of the directory.",
    schema: &USER,
    extensions: &[&ENTERPRISE_USER],
};

pub static GROUP_TYPE: ResourceType = ResourceType {
    name: "Group",
    endpoint: "/Groups",
    description: "A group of the directory, of people and other groups.",
    schema: &GROUP,
    extensions: &[],
};

pub static RESOURCE_TYPES: [&ResourceType; 2] = [&USER_TYPE, &GROUP_TYPE];

impl ResourceType {
    pub fn extension(&self, urn: &str) -> Option<&'static Schema> {
        self.extensions.iter().copied().find(|schema| schema.urn.eq_ignore_ascii_case(urn))
    }

    /// A core or common attribute, whichever has this name in any case.
    pub fn core_attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.schema.attribute(name).or_else(|| find(COMMON, name))
    }

    /// The registered schemas, core first.
    pub fn schemas(&self) -> impl Iterator<Item = &'static Schema> {
        std::iter::once(self.schema).chain(self.extensions.iter().copied())
    }
}
