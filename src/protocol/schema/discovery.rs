//! The schemas of the discovery resources themselves (RFC 7643 sections 5 to 7 and 8.7.2).

use super::{Attribute, Schema};
use crate::protocol::schema::urn;

pub static SERVICE_PROVIDER_CONFIG: Schema = Schema {
    urn: urn::SERVICE_PROVIDER_CONFIG,
    name: "ServiceProviderConfig",
    description: "What this service provider supports",
    attributes: &[
        Attribute::reference("documentationUri", &["external"], "Where help is found.").read_only(),
        Attribute::complex("patch", SUPPORTED, "Whether PATCH is supported.").required().read_only(),
        Attribute::complex("bulk", BULK, "Whether Bulk is supported.").required().read_only(),
        Attribute::complex("filter", FILTER, "Whether filters are supported.").required().read_only(),
        Attribute::complex("changePassword", SUPPORTED, "Whether passwords can be changed.").required().read_only(),
        Attribute::complex("sort", SUPPORTED, "Whether sorting is supported.").required().read_only(),
        Attribute::complex("etag", SUPPORTED, "Whether entity tags are supported.").required().read_only(),
        Attribute::complex("pagination", PAGINATION, "How lists are paged.").read_only(),
        Attribute::complex("authenticationSchemes", AUTHENTICATION_SCHEMES, "How a client authenticates.")
            .multi_valued()
            .required()
            .read_only(),
    ],
};

pub static RESOURCE_TYPE: Schema = Schema {
    urn: urn::RESOURCE_TYPE,
    name: "ResourceType",
    description: "A kind of resource and its schemas",
    attributes: &[
        Attribute::string("id", "The id of the resource type, its name.").read_only(),
        Attribute::string("name", "The name of the resource type.").required().read_only(),
        Attribute::string("description", "What the resources are.").read_only(),
        Attribute::reference("endpoint", &["uri"], "The path below the base URL.").required().read_only(),
        Attribute::reference("schema", &["uri"], "The URN of the core schema.").required().case_exact().read_only(),
        Attribute::complex("schemaExtensions", SCHEMA_EXTENSIONS, "The extensions a resource may have.")
            .multi_valued()
            .read_only(),
    ],
};

pub static SCHEMA: Schema = Schema {
    urn: urn::SCHEMA,
    name: "Schema",
    description: "A schema and its attributes",
    attributes: &[
        Attribute::string("id", "The URN of the schema.").required().read_only(),
        Attribute::string("name", "The name of the schema.").required().read_only(),
        Attribute::string("description", "What the schema describes.").read_only(),
        Attribute::complex("attributes", ATTRIBUTES, "The attributes of the schema.")
            .multi_valued()
            .required()
            .read_only(),
    ],
};

const SUPPORTED: &[Attribute] = &[Attribute::boolean("supported", "Whether it is supported.").required().read_only()];

const BULK: &[Attribute] = &[
    Attribute::boolean("supported", "Whether it is supported.").required().read_only(),
    Attribute::integer("maxOperations", "Operations of one request at most.").required().read_only(),
    Attribute::integer("maxPayloadSize", "Bytes of one request at most.").required().read_only(),
];

const FILTER: &[Attribute] = &[
    Attribute::boolean("supported", "Whether it is supported.").required().read_only(),
    Attribute::integer("maxResults", "Resources on one page at most.").required().read_only(),
];

/// The `pagination` attribute of RFC 9865 section 4.
const PAGINATION: &[Attribute] = &[
    Attribute::boolean("cursor", "Whether paging by cursor is supported.").required().read_only(),
    Attribute::boolean("index", "Whether paging by index is supported.").required().read_only(),
    Attribute::string("defaultPaginationMethod", "How a list is paged that says neither.")
        .read_only()
        .suggesting(&["cursor", "index"]),
    Attribute::integer("defaultPageSize", "Resources on a page unless the client says otherwise.").read_only(),
    Attribute::integer("maxPageSize", "Resources on one page at most.").read_only(),
    Attribute::integer("cursorTimeout", "Seconds between two pages that a cursor is good for.").read_only(),
];

const AUTHENTICATION_SCHEMES: &[Attribute] = &[
    Attribute::string("type", "The kind of authentication.").required().read_only().suggesting(&[
        "oauth",
        "oauth2",
        "oauthbearertoken",
        "httpbasic",
        "httpdigest",
    ]),
    Attribute::string("name", "The name of the scheme.").required().read_only(),
    Attribute::string("description", "What a client sends.").required().read_only(),
    Attribute::reference("specUri", &["external"], "The specification of the scheme.").read_only(),
    Attribute::reference("documentationUri", &["external"], "Where help is found.").read_only(),
    Attribute::boolean("primary", "Whether it is the preferred scheme.").read_only(),
];

const SCHEMA_EXTENSIONS: &[Attribute] = &[
    Attribute::reference("schema", &["uri"], "The URN of the extension.").required().read_only(),
    Attribute::boolean("required", "Whether a resource must have it.").required().read_only(),
];

const ATTRIBUTES: &[Attribute] = &[
    Attribute::string("name", "The name.").required().case_exact().read_only(),
    Attribute::string("type", "The data type.").required().read_only().suggesting(&[
        "string",
        "complex",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "binary",
    ]),
    Attribute::boolean("multiValued", "Whether it has several values.").required().read_only(),
    Attribute::string("description", "What it is.").read_only(),
    Attribute::boolean("required", "Whether a resource always has it.").read_only(),
    Attribute::string("canonicalValues", "Values that are suggested.").multi_valued().case_exact().read_only(),
    Attribute::boolean("caseExact", "Whether letter case counts.").read_only(),
    Attribute::string("mutability", "Who may change it, and when.").case_exact().read_only().suggesting(&[
        "readOnly",
        "readWrite",
        "immutable",
        "writeOnly",
    ]),
    Attribute::string("returned", "When it is answered.")
        .case_exact()
        .read_only()
        .suggesting(&["always", "never", "default", "request"]),
    Attribute::string("uniqueness", "Within what it is unique.")
        .case_exact()
        .read_only()
        .suggesting(&["none", "server", "global"]),
    Attribute::string("referenceTypes", "What a reference may name.").multi_valued().case_exact().read_only(),
    Attribute::complex("subAttributes", SUB_ATTRIBUTES, "The attributes of a complex one.").multi_valued().read_only(),
];

const SUB_ATTRIBUTES: &[Attribute] = &[
    Attribute::string("name", "The name.").required().case_exact().read_only(),
    Attribute::string("type", "The data type.").required().read_only(),
    Attribute::boolean("multiValued", "Whether it has several values.").required().read_only(),
    Attribute::string("description", "What it is.").read_only(),
    Attribute::boolean("required", "Whether a value always has it.").read_only(),
    Attribute::string("canonicalValues", "Values that are suggested.").multi_valued().case_exact().read_only(),
    Attribute::boolean("caseExact", "Whether letter case counts.").read_only(),
    Attribute::string("mutability", "Who may change it, and when.").case_exact().read_only(),
    Attribute::string("returned", "When it is answered.").case_exact().read_only(),
    Attribute::string("uniqueness", "Within what it is unique.").case_exact().read_only(),
    Attribute::string("referenceTypes", "What a reference may name.").multi_valued().case_exact().read_only(),
];
