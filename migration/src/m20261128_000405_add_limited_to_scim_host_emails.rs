//! A copy of the flag of `scim_hosts` on each address: the view would need a join for it.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000405_add_limited_to_scim_host_emails",
    makes: Made::Columns { table: "scim_host_emails", names: &["limited"] },
    up: &["ALTER TABLE scim_host_emails ADD COLUMN limited BOOLEAN NOT NULL DEFAULT FALSE"],
};
