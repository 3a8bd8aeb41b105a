//! Whether a host is limited to connections. Whoever writes that, or an address of the host, locks this row first.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000403_create_scim_hosts",
    makes: Made::Table("scim_hosts"),
    up: &["CREATE TABLE scim_hosts (
        host_id BIGINT NOT NULL PRIMARY KEY,
        limited BOOLEAN NOT NULL
    ) {table}"],
};
