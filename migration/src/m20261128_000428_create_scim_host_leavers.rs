//! Hosts whose owner was deleted and that nobody owns since: whose they were.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000428_create_scim_host_leavers",
    makes: Made::Table("scim_host_leavers"),
    up: &["CREATE TABLE scim_host_leavers (
        host_id BIGINT NOT NULL PRIMARY KEY,
        user_id BIGINT NOT NULL,
        user_name {text} NULL,
        external_id {text} NULL,
        left_at BIGINT NOT NULL,
        request_id {text} NOT NULL
    ) {table}"],
};
