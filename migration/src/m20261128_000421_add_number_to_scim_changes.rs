//! The place of an entry in the feed; NULL until its transaction is committed and the worker has numbered it.
//!
//! Ids are given before the commit: a reader who has seen 10 could miss a 9 that is committed later.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000421_add_number_to_scim_changes",
    makes: Made::Columns { table: "scim_changes", names: &["number"] },
    up: &["ALTER TABLE scim_changes ADD COLUMN number BIGINT NULL"],
};
