//! The messages of RFC 7644 and the discovery resources of RFC 7643.

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::json;

use super::{Group, Named, SchemaOf, User, array, inline, object, text};

macro_rules! named {
    ($($name:ident => $schema:expr;)*) => {
        $(pub struct $name;

        impl Named for $name {
            const NAME: &'static str = concat!("Scim", stringify!($name));

            fn schema(registry: &mut Registry) -> MetaSchema {
                let schema: fn(&mut Registry) -> MetaSchema = $schema;
                schema(registry)
            }
        })*
    };
}

pub(super) use named;

named! {
    Users => |registry| list::<User>(registry);
    Groups => |registry| list::<Group>(registry);
    Schemas => |registry| list::<Schema>(registry);
    ResourceTypes => |registry| list::<ResourceType>(registry);
    Resources => |registry| either(registry);
    SearchRequest => |_| search_request();
    BulkRequest => |_| bulk_request();
    BulkResponse => |_| object(
        vec![
            ("schemas", inline(array(text("The URN of the message.")))),
            ("Operations", inline(array(inline(bulk_operation(vec![
                ("location", text("The URL of the resource.")),
                ("status", text("The HTTP status code, as a string.")),
                ("response", MetaSchemaRef::Reference(Error::NAME.to_owned())),
            ], &["status"]))))),
        ],
        &["schemas", "Operations"],
    );
    PatchOp => |_| patch_op();
    Error => |_| MetaSchema {
        description: Some("What went wrong and what to change (RFC 7644 section 3.12)."),
        example: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "409",
            "scimType": "uniqueness",
            "detail": "another user has this userName already, in whatever letter case",
        })),
        ..object(
            vec![
                ("schemas", inline(array(text("The URN of the message.")))),
                ("status", text("The HTTP status code, as a string.")),
                ("scimType", text("The error's name in RFC 7644 Table 9 or RFC 9865 section 2.1.")),
                ("detail", text("For the administrator of the identity provider.")),
            ],
            &["schemas", "status", "detail"],
        )
    };
    Schema => |_| object(
        vec![
            ("schemas", inline(array(text("The URN of the resource's schema.")))),
            ("id", text("The URN of the schema.")),
            ("name", text("The schema's name.")),
            ("description", text("What the schema describes.")),
            ("attributes", inline(array(inline(MetaSchema::new("object"))))),
            ("meta", inline(MetaSchema::new("object"))),
        ],
        &["schemas", "id", "name", "attributes"],
    );
    ResourceType => |_| object(
        vec![
            ("schemas", inline(array(text("The URN of the resource's schema.")))),
            ("id", text("The resource type's name.")),
            ("name", text("The resource type's name.")),
            ("endpoint", text("The path below the mount.")),
            ("description", text("What the resources are.")),
            ("schema", text("The URN of the core schema.")),
            ("schemaExtensions", inline(array(inline(MetaSchema::new("object"))))),
            ("meta", inline(MetaSchema::new("object"))),
        ],
        &["schemas", "id", "name", "endpoint", "schema"],
    );
    ServiceProviderConfig => |_| {
        let feature = || inline(MetaSchema::new("object"));
        object(
            vec![
                ("schemas", inline(array(text("The URN of the resource's schema.")))),
                ("patch", feature()),
                ("bulk", feature()),
                ("filter", feature()),
                ("changePassword", feature()),
                ("sort", feature()),
                ("etag", feature()),
                ("pagination", feature()),
                ("authenticationSchemes", inline(array(feature()))),
                ("meta", feature()),
            ],
            &["schemas", "patch", "bulk", "filter", "changePassword", "sort", "etag", "pagination", "authenticationSchemes"],
        )
    };
    Details => |_| MetaSchema {
        description: Some("The last request of the connection; null before the first."),
        ..object(
            vec![("last_request", inline(last_request())), ("ending_credentials", inline(array(inline(ending()))))],
            &["last_request"],
        )
    };
}

fn list<N: Named>(registry: &mut Registry) -> MetaSchema {
    <SchemaOf<N> as Type>::register(registry);
    page(MetaSchemaRef::Reference(N::NAME.to_owned()))
}

fn number(description: &'static str) -> MetaSchemaRef {
    inline(MetaSchema { description: Some(description), ..MetaSchema::new("integer") })
}

fn page(of: MetaSchemaRef) -> MetaSchema {
    object(
        vec![
            ("schemas", inline(array(text("The URN of the message.")))),
            ("totalResults", number("Resources on all pages.")),
            ("startIndex", number("The place of the first of this page, from 1; absent when paged by cursor.")),
            ("nextCursor", text("The cursor of the next page; absent on the last, and when paged by index.")),
            ("previousCursor", text("The cursor of the page before; absent on the first, and when paged by index.")),
            ("itemsPerPage", number("Resources on this page.")),
            ("Resources", inline(array(of))),
        ],
        &["schemas", "totalResults"],
    )
}

fn either(registry: &mut Registry) -> MetaSchema {
    <SchemaOf<User> as Type>::register(registry);
    <SchemaOf<Group> as Type>::register(registry);
    let of = [User::NAME, Group::NAME].map(|name| MetaSchemaRef::Reference(name.to_owned()));
    page(inline(MetaSchema { any_of: of.to_vec(), ..MetaSchema::ANY }))
}

fn search_request() -> MetaSchema {
    let names = || inline(array(text("An attribute path.")));
    MetaSchema {
        example: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "userName sw \"ava\"",
            "attributes": ["userName"],
            "count": 10,
        })),
        ..object(
            vec![
                ("schemas", inline(array(text("The URN of the message.")))),
                ("attributes", names()),
                ("excludedAttributes", names()),
                ("filter", text("A filter of RFC 7644 section 3.4.2.2.")),
                ("sortBy", text("An attribute to sort by.")),
                ("sortOrder", text("`ascending`, unless `descending` is asked for.")),
                ("startIndex", number("The place of the first resource, from 1.")),
                ("count", number("Resources on the page at most.")),
                ("cursor", text("A nextCursor or previousCursor, empty for the first page; excludes startIndex.")),
            ],
            &[],
        )
    }
}

fn bulk_request() -> MetaSchema {
    let data = MetaSchema { description: Some("The body the method would have."), ..MetaSchema::new("object") };
    let path = text("/Users or /Groups, or one of these with an id.");
    let operation = bulk_operation(vec![("path", path), ("data", inline(data))], &["method", "path"]);
    MetaSchema {
        example: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "failOnErrors": 1,
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "ava", "data": { "userName": "ava.nguyen@example.com" } },
                { "method": "POST", "path": "/Groups", "bulkId": "team", "data": {
                    "displayName": "Team", "members": [{ "value": "bulkId:ava" }] } },
            ],
        })),
        ..object(
            vec![
                ("schemas", inline(array(text("The URN of the message.")))),
                ("failOnErrors", number("Errors after which the rest is not tried.")),
                ("Operations", inline(array(inline(operation)))),
            ],
            &["Operations"],
        )
    }
}

fn bulk_operation(more: Vec<(&'static str, MetaSchemaRef)>, required: &[&'static str]) -> MetaSchema {
    let method = MetaSchema {
        enum_items: ["POST", "PUT", "PATCH", "DELETE"].map(Into::into).to_vec(),
        ..MetaSchema::new("string")
    };
    let mut properties = vec![
        ("method", inline(method)),
        ("bulkId", text("What other operations refer to this one's resource by, as bulkId:…")),
        ("version", text("The entity tag the resource must have, or has.")),
    ];
    properties.extend(more);
    object(properties, required)
}

fn patch_op() -> MetaSchema {
    let op = MetaSchema {
        enum_items: vec!["add".into(), "remove".into(), "replace".into()],
        description: Some("In any letter case."),
        ..MetaSchema::new("string")
    };
    let value = MetaSchema {
        description: Some("What is assigned; without a path, an object of attributes."),
        ..MetaSchema::ANY
    };
    let operation = object(
        vec![
            ("op", inline(op)),
            ("path", text("An attribute path, such as emails[type eq \"work\"].value.")),
            ("value", inline(value)),
        ],
        &["op"],
    );
    MetaSchema {
        example: Some(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{ "op": "replace", "path": "active", "value": false }],
        })),
        ..object(
            vec![
                ("schemas", inline(array(text("The URN of the message.")))),
                ("Operations", inline(array(inline(operation)))),
            ],
            &["Operations"],
        )
    }
}

fn ending() -> MetaSchema {
    let credential =
        MetaSchema { enum_items: vec!["token".into(), "client_secret".into()], ..MetaSchema::new("string") };
    object(
        vec![
            ("credential", inline(credential)),
            ("id", text("The id of the token or secret, which is no part of it.")),
            ("last_four", text("Its last four characters.")),
            ("expires_at", inline(MetaSchema::new_with_format("string", "date-time"))),
        ],
        &["credential", "id", "last_four", "expires_at"],
    )
}

fn last_request() -> MetaSchema {
    let status = MetaSchema { enum_items: vec!["success".into(), "error".into()], ..MetaSchema::new("string") };
    let when = MetaSchema::new_with_format("string", "date-time");
    MetaSchema {
        nullable: true,
        ..object(
            vec![
                ("requested_at", inline(when)),
                ("status", inline(status)),
                (
                    "details",
                    text("What went wrong, was skipped or is to be mapped; empty when there is nothing to say."),
                ),
            ],
            &["requested_at", "status", "details"],
        )
    }
}
