//! The connections that a limited host may have its user from. Rows of a host that is not limited mean nothing.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000404_create_scim_host_connections",
    makes: Made::Table("scim_host_connections"),
    up: &[
        "CREATE TABLE scim_host_connections (
        host_id BIGINT NOT NULL,
        connection_id BIGINT NOT NULL,
        PRIMARY KEY (host_id, connection_id),
        CONSTRAINT scim_host_connections_connection_fk FOREIGN KEY (connection_id)
            REFERENCES scim_connections (id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_host_connections_connection_idx ON scim_host_connections (connection_id)",
    ],
};
