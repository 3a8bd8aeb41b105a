//! The schemas of users and groups, built from the attribute table.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde_json::Value;

use super::{Named, array, examples, inline, object};
use crate::protocol::schema::{
    COMMON, ResourceType, ResourceTypes, Schema,
    attribute::{Attribute, DataType, Mutability, Returned, Unassigned},
};

/// A user and a group as they are answered, whole or in part.
pub struct User;
pub struct Group;
/// A user and a group as clients send them.
pub struct UserBody;
pub struct GroupBody;

impl Named for User {
    const NAME: &'static str = "ScimUser";

    fn schema(_: &mut Registry) -> MetaSchema {
        answered(&ResourceTypes::default().user, examples::user())
    }
}

impl Named for Group {
    const NAME: &'static str = "ScimGroup";

    fn schema(_: &mut Registry) -> MetaSchema {
        answered(&ResourceTypes::default().group, examples::group())
    }
}

impl Named for UserBody {
    const NAME: &'static str = "ScimUserBody";

    fn schema(_: &mut Registry) -> MetaSchema {
        sent(&ResourceTypes::default().user, examples::user_body())
    }
}

impl Named for GroupBody {
    const NAME: &'static str = "ScimGroupBody";

    fn schema(_: &mut Registry) -> MetaSchema {
        sent(&ResourceTypes::default().group, examples::group_body())
    }
}

/// Builds the schema of answers. Only attributes that are always returned are required: `attributes` and
/// `excludedAttributes` may leave out the rest.
fn answered(resource_type: &ResourceType, example: Value) -> MetaSchema {
    let answers = |attribute: &&Attribute| attribute.returned != Returned::Never;
    let attributes = COMMON.iter().chain(resource_type.schema.attributes).filter(answers);
    let mut properties: Vec<_> = attributes.map(property).collect();
    properties.extend(resource_type.extensions.iter().map(|schema| (schema.urn, inline(extension(schema)))));
    resource(resource_type, properties, &["schemas", "id"], example)
}

/// Builds the schema of requests, without the attributes that only this server sets.
fn sent(resource_type: &ResourceType, example: Value) -> MetaSchema {
    let writes = |attribute: &&Attribute| !attribute.is_read_only();
    let attributes = COMMON.iter().chain(resource_type.schema.attributes).filter(writes);
    let mut properties: Vec<_> = attributes.map(property).collect();
    let writable = |schema: &&&Schema| !schema.attributes.iter().all(Attribute::is_read_only);
    let extensions = resource_type.extensions.iter().filter(writable);
    properties.extend(extensions.map(|schema| (schema.urn, inline(extension(schema)))));
    let is_required = |attribute: &&Attribute| attribute.required && attribute.unassigned != Unassigned::Kept;
    let required: Vec<&'static str> =
        resource_type.schema.attributes.iter().filter(is_required).map(|attribute| attribute.name).collect();
    resource(resource_type, properties, &required, example)
}

fn resource(
    resource_type: &ResourceType,
    properties: Vec<(&'static str, MetaSchemaRef)>,
    required: &[&'static str],
    example: Value,
) -> MetaSchema {
    MetaSchema {
        description: Some(resource_type.description),
        example: Some(example),
        // Extensions that are not registered are also stored and returned.
        additional_properties: Some(Box::new(inline(MetaSchema::ANY))),
        ..object(properties, required)
    }
}

fn extension(schema: &Schema) -> MetaSchema {
    let required: Vec<&'static str> =
        schema.attributes.iter().filter(|attribute| attribute.required).map(|attribute| attribute.name).collect();
    let object = object(schema.attributes.iter().map(property).collect(), &required);
    MetaSchema { description: Some(schema.description), ..object }
}

/// Adds the host's extensions to a document that was built from the built-in types.
pub fn add_extensions(document: &mut Value, types: &ResourceTypes) {
    for (of, schema) in types.of_host() {
        for component in [format!("Scim{}", of.name), format!("Scim{}Body", of.name)] {
            let properties = document.pointer_mut(&format!("/components/schemas/{component}/properties"));
            if let (Some(properties), Ok(described)) = (properties, serde_json::to_value(extension(schema))) {
                properties[schema.urn] = described;
            }
        }
    }
}

fn property(attribute: &Attribute) -> (&'static str, MetaSchemaRef) {
    let mut schema = match attribute.data_type {
        DataType::Boolean => MetaSchema::new("boolean"),
        DataType::Integer => MetaSchema::new("integer"),
        DataType::Decimal => MetaSchema::new("number"),
        DataType::DateTime => MetaSchema::new_with_format("string", "date-time"),
        DataType::Binary => MetaSchema::new_with_format("string", "byte"),
        DataType::String | DataType::Reference(_) => MetaSchema::new("string"),
        DataType::Complex(sub_attributes) => object(sub_attributes.iter().map(property).collect(), &[]),
    };
    if attribute.multi_valued {
        schema = array(inline(schema));
    }
    schema.description = Some(attribute.description);
    schema.read_only = attribute.mutability == Mutability::ReadOnly;
    schema.write_only = attribute.mutability == Mutability::WriteOnly;
    (attribute.name, inline(schema))
}
