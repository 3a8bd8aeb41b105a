//! The owner of a host, as criteria see it: a user, and how the host came to them.

use super::{Attribute, ResourceType};

/// What an owner has beside, or in place of, the attributes of a user.
const BESIDE: &[Attribute] = &[
    Attribute::complex("groups", GROUPS, "The groups the owner is in, nested ones too.").multi_valued().read_only(),
    Attribute::string("source", "The source of the address that the owner was found by.").case_exact().read_only(),
    Attribute::string("matchedBy", "The attribute of the owner that has the address.").read_only().suggesting(&[
        "userName",
        "emails",
        "former userName",
        "assigned",
    ]),
    Attribute::string("status", "Whether the host has an owner.").read_only().suggesting(&[
        "owned",
        "unowned",
        "ambiguous",
        "shared",
    ]),
];

const GROUPS: &[Attribute] = &[
    Attribute::string("value", "The group's id.").case_exact().read_only(),
    Attribute::string("display", "The group's displayName.").read_only(),
    Attribute::string("type", "How the owner is a member.").read_only().suggesting(&["direct", "indirect"]),
    Attribute::string("externalId", "The group's id in the identity provider.").case_exact().read_only(),
    Attribute::string(
        "identifier",
        "The group's identifier, which lasts through a rename where the connection says so.",
    )
    .read_only(),
];

impl ResourceType {
    /// Returns the type of the owners of hosts, made of the type of users with the extensions of this host server.
    pub fn owner(user: &Self) -> Self {
        Self { beside: BESIDE, ..user.clone() }
    }

    pub const fn is_owner(&self) -> bool {
        !self.beside.is_empty()
    }
}
