//! The attributes of users that a connection keeps, each between spaces; NULL if it keeps all. `attributes_after` is the last user that was
//! narrowed to them; -1 while a last pass is waited for, and NULL if all were. `attributes_again_at` is when that pass may begin.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000417_add_attributes_to_scim_connections",
    makes: Made::Columns {
        table: "scim_connections",
        names: &["attributes", "attributes_after", "attributes_again_at"],
    },
    up: &[
        "ALTER TABLE scim_connections ADD COLUMN attributes {text} NULL",
        "ALTER TABLE scim_connections ADD COLUMN attributes_after BIGINT NULL",
        "ALTER TABLE scim_connections ADD COLUMN attributes_again_at BIGINT NULL",
    ],
};
