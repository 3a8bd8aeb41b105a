//! The schema of groups (RFC 7643 section 4.2).

use super::{Attribute, Schema};
use crate::protocol::schema::urn;

pub static GROUP: Schema = Schema {
    urn: urn::GROUP,
    name: "Group",
    description: "Group",
    attributes: &[
        Attribute::string("displayName", "The group's name.").required().unique(),
        Attribute::complex("members", MEMBERS, "The users and groups that belong to the group.").multi_valued(),
    ],
};

const MEMBERS: &[Attribute] = &[
    Attribute::string("value", "The id of the member.").case_exact().immutable(),
    Attribute::reference("$ref", &["User", "Group"], "The URL of the member.").immutable(),
    Attribute::string("type", "What the member is.").immutable().suggesting(&["User", "Group"]),
];
