//! `/Schemas`, `/ResourceTypes` and `/ServiceProviderConfig` (RFC 7643 sections 5 to 7), generated from the attribute table.

use serde_json::{Map, Value, json};

use crate::protocol::{
    bounds,
    kept_attributes::KeptAttributes,
    schema::{
        COMMON, RESOURCE_TYPE, ResourceType, ResourceTypes, SCHEMA, SERVICE_PROVIDER_CONFIG, Schema,
        attribute::{Attribute, DataType, Mutability, Returned, Uniqueness},
        urn,
    },
};

/// Lists every schema of a resource type, then the schemas of the discovery resources.
pub fn schemas(types: &ResourceTypes) -> impl Iterator<Item = &'static Schema> {
    let discovery = [&SERVICE_PROVIDER_CONFIG, &RESOURCE_TYPE, &SCHEMA];
    let of_users = types.user.schemas();
    // One schema may extend both types.
    let of_groups = types.group.schemas().filter(|schema| types.user.extension(schema.urn).is_none());
    of_users.chain(of_groups).chain(discovery)
}

/// Builds the schema with the attributes that a connection keeps; `kept` is `None` where it keeps all.
pub fn schema(schema: &Schema, types: &ResourceTypes, kept: Option<&KeptAttributes>, base_url: &str) -> Value {
    // Entra ID's mapping includes `externalId`, and Microsoft's gallery looks up each mapped attribute in the schema
    // (2026-11).
    let is_core = [urn::USER, urn::GROUP].contains(&schema.urn);
    let common = COMMON.iter().filter(|attribute| is_core && attribute.name == "externalId");
    // Of groups everything is kept.
    let kept = kept.filter(|_| types.user.has(schema) && !types.group.has(schema));
    let is_kept = |attribute: &&Attribute| kept.is_none_or(|kept| keeps(kept, schema, attribute));
    json!({
        "schemas": [urn::SCHEMA],
        "id": schema.urn,
        "name": schema.name,
        "description": schema.description,
        "attributes": schema.attributes.iter().filter(is_kept).chain(common).map(attribute).collect::<Vec<_>>(),
        "meta": { "resourceType": "Schema", "location": format!("{base_url}/Schemas/{}", schema.urn) },
    })
}

/// Says whether a schema of users keeps an attribute.
fn keeps(kept: &KeptAttributes, schema: &Schema, attribute: &Attribute) -> bool {
    match schema.urn {
        urn::USER => kept.keeps_attribute(attribute),
        _ => kept.keeps_attribute_of(schema, attribute),
    }
}

fn attribute(attribute: &Attribute) -> Value {
    let mut json = Map::new();
    let mut put = |name: &str, value: Value| json.insert(name.to_owned(), value);
    put("name", attribute.name.into());
    put("type", type_name(attribute.data_type).into());
    put("multiValued", attribute.multi_valued.into());
    put("description", attribute.description.into());
    put("required", attribute.required.into());
    if !attribute.canonical_values.is_empty() {
        put("canonicalValues", attribute.canonical_values.into());
    }
    put("caseExact", attribute.case_exact.into());
    let mutability = match attribute.mutability {
        Mutability::ReadOnly => "readOnly",
        Mutability::ReadWrite => "readWrite",
        Mutability::Immutable => "immutable",
        Mutability::WriteOnly => "writeOnly",
    };
    put("mutability", mutability.into());
    let returned = match attribute.returned {
        Returned::Always => "always",
        Returned::Never => "never",
        Returned::Default => "default",
        Returned::Request => "request",
    };
    put("returned", returned.into());
    let uniqueness = match attribute.uniqueness {
        Uniqueness::None => "none",
        Uniqueness::Server => "server",
    };
    put("uniqueness", uniqueness.into());
    if let DataType::Reference(types) = attribute.data_type {
        put("referenceTypes", types.into());
    }
    if attribute.is_complex() {
        put("subAttributes", attribute.sub_attributes().iter().map(self::attribute).collect());
    }
    Value::Object(json)
}

/// Returns the data type's name as it appears in JSON.
pub const fn type_name(data_type: DataType) -> &'static str {
    match data_type {
        DataType::String => "string",
        DataType::Boolean => "boolean",
        DataType::Integer => "integer",
        DataType::Decimal => "decimal",
        DataType::DateTime => "dateTime",
        DataType::Binary => "binary",
        DataType::Reference(_) => "reference",
        DataType::Complex(_) => "complex",
    }
}

/// Builds a resource type, with the extensions of which the connection keeps something.
pub fn resource_type(resource_type: &ResourceType, kept: Option<&KeptAttributes>, base_url: &str) -> Value {
    let kept = kept.filter(|_| resource_type.is_user());
    let is_kept = |schema: &Schema, attribute: &Attribute| kept.is_none_or(|kept| keeps(kept, schema, attribute));
    let extensions: Vec<Value> = resource_type
        .extensions
        .iter()
        // Clients read this list as what they may write (scim2-tester 0.5.2 patches each extension as a whole).
        .filter(|schema| ![urn::HOSTS, urn::IDENTIFIER].contains(&schema.urn))
        .filter(|schema| schema.attributes.iter().any(|attribute| is_kept(schema, attribute)))
        .map(|extension| json!({ "schema": extension.urn, "required": false }))
        .collect();
    json!({
        "schemas": [urn::RESOURCE_TYPE],
        "id": resource_type.name,
        "name": resource_type.name,
        "endpoint": resource_type.endpoint,
        "description": resource_type.description,
        "schema": resource_type.schema.urn,
        "schemaExtensions": extensions,
        "meta": {
            "resourceType": "ResourceType",
            "location": format!("{base_url}/ResourceTypes/{}", resource_type.name),
        },
    })
}

/// Builds the ServiceProviderConfig, which lists exactly what this server supports. `has_clients` says whether the connection
/// has OAuth clients.
pub fn service_provider_config(max_results: u64, cursor_timeout: i64, has_clients: bool, base_url: &str) -> Value {
    let mut schemes = vec![json!({
        "type": "oauthbearertoken",
        "name": "OAuth Bearer Token",
        "description": "A token of the host server, sent as Authorization: Bearer",
        "specUri": "https://www.rfc-editor.org/info/rfc6750",
        "primary": true,
    })];
    if has_clients {
        schemes.push(json!({
            "type": "oauth2",
            "name": "OAuth 2.0 client credentials",
            "description": "An access token for an hour, which a client gets at oauth/token below the mount",
            "specUri": "https://www.rfc-editor.org/info/rfc6749",
            "primary": false,
        }));
    }
    json!({
        "schemas": [urn::SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": true },
        // authentik reads maxOperations as the maximum size of a PATCH, and fails if the numbers are missing (source of
        // 2026-09).
        "bulk": { "supported": true, "maxOperations": bounds::BULK_OPERATIONS, "maxPayloadSize": bounds::BODY },
        "filter": { "supported": true, "maxResults": max_results },
        "changePassword": { "supported": false },
        "sort": { "supported": true },
        "etag": { "supported": true },
        // RFC 9865 section 4.
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": max_results,
            "maxPageSize": max_results,
            "cursorTimeout": cursor_timeout,
        },
        "authenticationSchemes": schemes,
        "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{base_url}/ServiceProviderConfig") },
    })
}
