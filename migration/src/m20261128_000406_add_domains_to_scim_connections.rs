//! The address domains by which the users of a connection find hosts, each between spaces; NULL if any domain does. `domains_after`
//! is the last user whose keys were adapted to the domains; NULL if all were.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000406_add_domains_to_scim_connections",
    makes: Made::Columns { table: "scim_connections", names: &["domains", "domains_after"] },
    up: &[
        "ALTER TABLE scim_connections ADD COLUMN domains {text} NULL",
        "ALTER TABLE scim_connections ADD COLUMN domains_after BIGINT NULL",
    ],
};
