//! The last requests of each connection, written after the answer and ordered by id, because clocks differ. It accepts rows
//! of connections that do not exist, so that one such row does not keep a whole batch from being written.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000314_create_scim_requests",
    makes: Made::Table("scim_requests"),
    up: &[
        "CREATE TABLE scim_requests (
        id {id},
        connection_id BIGINT NOT NULL,
        requested_at BIGINT NOT NULL,
        ended_at BIGINT NOT NULL,
        method {key} NOT NULL,
        route {key} NOT NULL,
        status SMALLINT NOT NULL,
        details {text} NOT NULL
    ) {table}",
        "CREATE INDEX scim_requests_connection_idx ON scim_requests (connection_id, id)",
    ],
};
