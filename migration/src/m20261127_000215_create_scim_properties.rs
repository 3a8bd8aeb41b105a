//! What outlives a process and is shared by all that serve one database: the key cursors are encrypted with, and which
//! extensions the stored resources were last folded by.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000215_create_scim_properties",
    makes: Made::Table("scim_properties"),
    up: &["CREATE TABLE scim_properties (
        name {key} NOT NULL PRIMARY KEY,
        content {text} NOT NULL,
        created_at BIGINT NOT NULL
    ) {table}"],
};
