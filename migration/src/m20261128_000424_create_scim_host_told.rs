//! What the host server was last told of each host.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000424_create_scim_host_told",
    makes: Made::Table("scim_host_told"),
    up: &[
        "CREATE TABLE scim_host_told (
        host_id BIGINT NOT NULL PRIMARY KEY,
        user_id BIGINT NOT NULL,
        shown {text} NOT NULL,
        since BIGINT NOT NULL
    ) {table}",
        "CREATE INDEX scim_host_told_user_idx ON scim_host_told (user_id, host_id)",
    ],
};
