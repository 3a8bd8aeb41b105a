//! The tokens of each connection, by their hashes.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000402_create_scim_tokens",
    makes: Made::Table("scim_tokens"),
    up: &[
        "CREATE TABLE scim_tokens (
        id {id},
        connection_id BIGINT NOT NULL,
        hash {key} NOT NULL,
        last_four {key} NOT NULL,
        note {key} NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NULL,
        last_used_at BIGINT NULL,
        CONSTRAINT scim_tokens_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_tokens_hash_key UNIQUE (hash)
    ) {table}",
        "CREATE INDEX scim_tokens_connection_idx ON scim_tokens (connection_id, id)",
    ],
};
