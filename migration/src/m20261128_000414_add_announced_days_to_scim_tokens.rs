//! How many days ahead the end was announced last; NULL before the first time, and 0 if there is nothing more to announce.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000414_add_announced_days_to_scim_tokens",
    makes: Made::Columns { table: "scim_tokens", names: &["announced_days"] },
    up: &["ALTER TABLE scim_tokens ADD COLUMN announced_days BIGINT NULL"],
};
