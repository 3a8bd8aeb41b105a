//! Finds an entry by its number, and the oldest entries that have none.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000422_create_scim_changes_number_idx",
    makes: Made::Index { table: "scim_changes", name: "scim_changes_number_idx" },
    up: &["CREATE INDEX scim_changes_number_idx ON scim_changes (number, id)"],
};
