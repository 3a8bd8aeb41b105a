//! Properties that outlive a process and are shared by all processes on one database: the key that cursors are encrypted
//! with, and the extensions that the stored resources were last indexed with.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000315_create_scim_properties",
    makes: Made::Table("scim_properties"),
    up: &["CREATE TABLE scim_properties (
        name {key} NOT NULL PRIMARY KEY,
        content {text} NOT NULL,
        created_at BIGINT NOT NULL
    ) {table}"],
};
