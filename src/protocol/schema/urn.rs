//! The URNs of RFC 7643 section 10 and RFC 7644 section 8.2.

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const HOSTS: &str = "urn:fleet:params:scim:schemas:extension:host:2.0:User";
pub const IDENTIFIER: &str = "urn:fleet:params:scim:schemas:extension:identifier:2.0:Group";
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
pub const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
pub const SERVICE_PROVIDER_CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
pub const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Prefixes of the URNs of resources and messages, none of which is an extension.
pub const NO_EXTENSIONS: [&str; 2] = ["urn:ietf:params:scim:schemas:core:2.0", "urn:ietf:params:scim:api"];

/// The prefix of every SCIM 1.1 schema URN.
pub const VERSION_1: &str = "urn:scim:schemas:";
