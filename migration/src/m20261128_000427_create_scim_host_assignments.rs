//! Hosts that were assigned by hand: to whom, by whom and when. The owner follows from rows of `scim_host_emails`, as for every host.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000427_create_scim_host_assignments",
    makes: Made::Table("scim_host_assignments"),
    up: &[
        "CREATE TABLE scim_host_assignments (
        id {id},
        host_id BIGINT NULL,
        host_key {key} NULL,
        host_key_text {key} NULL,
        user_id BIGINT NULL,
        email {text} NULL,
        assigned_by {text} NOT NULL,
        assigned_at BIGINT NOT NULL,
        request_id {text} NOT NULL
    ) {table}",
        "CREATE UNIQUE INDEX scim_host_assignments_host_key ON scim_host_assignments (host_id)",
        "CREATE UNIQUE INDEX scim_host_assignments_key_key ON scim_host_assignments (host_key)",
    ],
};
