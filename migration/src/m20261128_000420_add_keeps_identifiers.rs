//! Whether a connection's groups keep their identifiers when they are renamed.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000420_add_keeps_identifiers",
    makes: Made::Columns { table: "scim_connection_profiles", names: &["keeps_identifiers"] },
    up: &["ALTER TABLE scim_connection_profiles ADD COLUMN keeps_identifiers BOOLEAN NOT NULL DEFAULT FALSE"],
};
