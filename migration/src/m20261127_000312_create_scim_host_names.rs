//! Reported by the host server: the name of each host, shown with the hosts of a user.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000312_create_scim_host_names",
    makes: Made::Table("scim_host_names"),
    up: &["CREATE TABLE scim_host_names (
        host_id BIGINT NOT NULL PRIMARY KEY,
        name {key} NOT NULL,
        name_key {key} NOT NULL
    ) {table}"],
};
