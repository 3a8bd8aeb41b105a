//! An extension of users that this server registers: what somebody is to be given to work with.

use fleet_scim::{Attribute, Schema};

const OFFICE: &[Attribute] =
    &[Attribute::string("building", "The building."), Attribute::string("desk", "The desk.").case_exact()];

pub static EQUIPMENT: Schema = Schema::new(
    "urn:fleet:params:scim:schemas:extension:equipment:2.0:User",
    "Equipment",
    "What the user is to be given to work with",
    &[
        Attribute::string("laptop", "The kind of laptop.").suggesting(&["mac", "windows", "linux"]),
        Attribute::integer("screens", "How many screens."),
        Attribute::boolean("remote", "Whether it is sent to the user's home."),
        Attribute::complex("office", OFFICE, "Where it stands."),
    ],
);
