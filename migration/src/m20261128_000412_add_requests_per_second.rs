//! How many requests of a connection are served in a second, if it is limited.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000412_add_requests_per_second",
    makes: Made::Columns { table: "scim_connection_profiles", names: &["requests_per_second"] },
    up: &["ALTER TABLE scim_connection_profiles ADD COLUMN requests_per_second BIGINT NULL"],
};
