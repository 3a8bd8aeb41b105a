//! Users and groups, from the attribute table.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Value, json};

use super::{Named, array, inline, object};
use crate::protocol::{
    attribute::{Attribute, Kind, Mutability, Unassigned},
    schema::{COMMON, ResourceType, ResourceTypes, Schema},
};

pub struct User;
pub struct Group;

impl Named for User {
    const NAME: &'static str = "User";

    fn schema(_: &mut Registry) -> MetaSchema {
        resource(
            &ResourceTypes::default().user,
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                "externalId": "00ujl29u0le5T6Aj10h7",
                "userName": "ava.nguyen@example.com",
                "name": { "givenName": "Ava", "familyName": "Nguyen" },
                "emails": [{ "value": "ava.nguyen@example.com", "type": "work", "primary": true }],
                "active": true,
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
            }),
        )
    }
}

impl Named for Group {
    const NAME: &'static str = "Group";

    fn schema(_: &mut Registry) -> MetaSchema {
        resource(
            &ResourceTypes::default().group,
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
                "displayName": "Engineering",
                "members": [{ "value": "4" }],
            }),
        )
    }
}

fn resource(resource_type: &ResourceType, example: Value) -> MetaSchema {
    let mut properties: Vec<_> = COMMON.iter().chain(resource_type.schema.attributes).map(property).collect();
    properties.extend(resource_type.extensions.iter().map(|schema| (schema.urn, inline(extension(schema)))));
    let required: Vec<&'static str> = resource_type
        .schema
        .attributes
        .iter()
        .filter(|attribute| attribute.required && attribute.unassigned != Unassigned::Kept)
        .map(|attribute| attribute.name)
        .collect();
    MetaSchema {
        description: Some(resource_type.description),
        example: Some(example),
        // Extensions that are not registered are kept and answered too.
        additional_properties: Some(Box::new(inline(MetaSchema::ANY))),
        ..object(properties, &required)
    }
}

fn extension(schema: &Schema) -> MetaSchema {
    let required: Vec<&'static str> =
        schema.attributes.iter().filter(|attribute| attribute.required).map(|attribute| attribute.name).collect();
    let object = object(schema.attributes.iter().map(property).collect(), &required);
    MetaSchema { description: Some(schema.description), ..object }
}

/// Adds the extensions of the host to a document that was written from the built-in types.
pub fn add_extensions(document: &mut Value, types: &ResourceTypes) {
    for (of, schema) in types.of_host() {
        let properties = document.pointer_mut(&format!("/components/schemas/{}/properties", of.name));
        if let (Some(properties), Ok(described)) = (properties, serde_json::to_value(extension(schema))) {
            properties[schema.urn] = described;
        }
    }
}

fn property(attribute: &Attribute) -> (&'static str, MetaSchemaRef) {
    let mut schema = match attribute.kind {
        Kind::Boolean => MetaSchema::new("boolean"),
        Kind::Integer => MetaSchema::new("integer"),
        Kind::Decimal => MetaSchema::new("number"),
        Kind::DateTime => MetaSchema::new_with_format("string", "date-time"),
        Kind::Binary => MetaSchema::new_with_format("string", "byte"),
        Kind::String | Kind::Reference(_) => MetaSchema::new("string"),
        Kind::Complex(sub_attributes) => object(sub_attributes.iter().map(property).collect(), &[]),
    };
    if attribute.multi_valued {
        schema = array(inline(schema));
    }
    schema.description = Some(attribute.description);
    schema.read_only = attribute.mutability == Mutability::ReadOnly;
    schema.write_only = attribute.mutability == Mutability::WriteOnly;
    (attribute.name, inline(schema))
}
