//! An extension of users that this server registers: what somebody is to be given to work with.

use fleet_scim::{Attribute, Schema};

pub static EQUIPMENT: Schema = Schema::new(
    "urn:fleet:params:scim:schemas:extension:equipment:2.0:User",
    "Equipment",
    "What the user is to be given to work with",
    &[
        Attribute::string("laptop", "The kind of laptop.").suggesting(&["mac", "windows", "linux"]),
        Attribute::integer("screens", "How many screens."),
        Attribute::boolean("remote", "Whether it is sent to the user's home."),
        Attribute::date_time("neededBy", "When the user begins."),
        Attribute::string("note", "For who packs the box.").returned_on_request(),
    ],
);
