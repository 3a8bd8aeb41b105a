//! Changes, in the order of their ids; without foreign keys, since an entry outlives what it names. `request_id` is the
//! request that made the change: if the entry exists, its transaction was committed.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000313_create_scim_changes",
    makes: Made::Table("scim_changes"),
    up: &["CREATE TABLE scim_changes (
        id {id},
        changed_at BIGINT NOT NULL,
        request_id {key} NOT NULL,
        kind {key} NOT NULL,
        connection_id BIGINT NULL,
        user_id BIGINT NULL,
        group_id BIGINT NULL,
        host_id BIGINT NULL,
        detail {text} NULL
    ) {table}"],
};
