//! Users and groups, from the attribute table.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::{Value, json};

use super::{Named, array, inline, object};
use crate::protocol::{
    attribute::{Attribute, Kind, Mutability, Unassigned},
    schema::{COMMON, GROUP_TYPE, ResourceType, USER_TYPE},
};

pub struct User;
pub struct Group;

impl Named for User {
    const NAME: &'static str = "User";

    fn schema(_: &mut Registry) -> MetaSchema {
        resource(
            &USER_TYPE,
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
            &GROUP_TYPE,
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
    for extension in resource_type.extensions {
        let schema = object(extension.attributes.iter().map(property).collect(), &[]);
        let schema = MetaSchema { description: Some(extension.description), ..schema };
        properties.push((extension.urn, inline(schema)));
    }
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

fn property(attribute: &Attribute) -> (&'static str, MetaSchemaRef) {
    let mut schema = match attribute.kind {
        Kind::Boolean => MetaSchema::new("boolean"),
        Kind::Integer => MetaSchema::new("integer"),
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
