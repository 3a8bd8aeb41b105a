//! The attributes every resource has (RFC 7643 section 3); `/Schemas` lists only `externalId` of them, with User and Group.

use super::Attribute;
use crate::protocol::schema::attribute::Unassigned;

pub static COMMON: &[Attribute] = &[
    Attribute::reference("schemas", &["uri"], "The URNs of the schemas this resource has attributes of.")
        .multi_valued()
        .always_returned(),
    Attribute::string("id", "The identifier this service provider gave the resource.")
        .case_exact()
        .read_only()
        .always_returned()
        .unique(),
    Attribute::string("externalId", "The identifier the provisioning client has for the resource.")
        .case_exact()
        .when_unassigned(Unassigned::KeptUnlessNull),
    Attribute::complex("meta", META, "What this service provider knows of the resource.").read_only(),
];

const META: &[Attribute] = &[
    Attribute::string("resourceType", "The resource type.").case_exact().read_only(),
    Attribute::date_time("created", "When the resource was created.").read_only(),
    Attribute::date_time("lastModified", "When the resource last changed.").read_only(),
    Attribute::reference("location", &["uri"], "The URL of the resource.").read_only(),
    Attribute::string("version", "The entity tag of the resource.").case_exact().read_only(),
];
