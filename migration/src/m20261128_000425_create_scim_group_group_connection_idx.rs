//! Tells at once whether a connection nests groups at all, however many others do.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000425_create_scim_group_group_connection_idx",
    makes: Made::Index { table: "scim_group_group", name: "scim_group_group_connection_idx" },
    up: &["CREATE INDEX scim_group_group_connection_idx ON scim_group_group (connection_id)"],
};
