//! Whether the address finds hosts: not if its domain is outside those of the connection.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000407_add_finds_hosts_to_scim_user_keys",
    makes: Made::Columns { table: "scim_user_keys", names: &["finds_hosts"] },
    up: &["ALTER TABLE scim_user_keys ADD COLUMN finds_hosts BOOLEAN NOT NULL DEFAULT TRUE"],
};
