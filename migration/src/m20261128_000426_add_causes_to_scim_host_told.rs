//! Which changes made the owner of a host its owner, and inactive.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000426_add_causes_to_scim_host_told",
    makes: Made::Columns { table: "scim_host_told", names: &["causes"] },
    up: &["ALTER TABLE scim_host_told ADD COLUMN causes {text} NULL"],
};
