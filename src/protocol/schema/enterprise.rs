//! The schema of the Enterprise User extension (RFC 7643 section 4.3).

use super::{Attribute, Schema};
use crate::protocol::schema::urn;

pub static ENTERPRISE_USER: Schema = Schema {
    urn: urn::ENTERPRISE_USER,
    name: "EnterpriseUser",
    description: "Enterprise User",
    attributes: &[
        Attribute::string("employeeNumber", "The number the organization gave the person."),
        Attribute::string("costCenter", "The cost center."),
        Attribute::string("organization", "The organization."),
        Attribute::string("division", "The division."),
        Attribute::string("department", "The department; shown for each host of the user."),
        Attribute::complex("manager", MANAGER, "The user's manager."),
    ],
};

const MANAGER: &[Attribute] = &[
    Attribute::string("value", "The id of the manager's user, kept as it was sent.").case_exact(),
    Attribute::reference("$ref", &["User"], "The URL of the manager's user."),
    Attribute::string("displayName", "The manager's displayName.").read_only(),
];
