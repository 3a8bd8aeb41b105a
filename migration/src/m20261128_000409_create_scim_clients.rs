//! The OAuth 2.0 clients of each connection, which get access tokens (RFC 6749 section 4.4).

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000409_create_scim_clients",
    makes: Made::Table("scim_clients"),
    up: &[
        "CREATE TABLE scim_clients (
        id {id},
        connection_id BIGINT NOT NULL,
        client_id {key} NOT NULL,
        note {key} NOT NULL,
        created_at BIGINT NOT NULL,
        CONSTRAINT scim_clients_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_clients_client_id_key UNIQUE (client_id)
    ) {table}",
        "CREATE INDEX scim_clients_connection_idx ON scim_clients (connection_id, id)",
    ],
};
