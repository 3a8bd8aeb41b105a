//! The secrets of OAuth clients, by their hashes.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000410_create_scim_client_secrets",
    makes: Made::Table("scim_client_secrets"),
    up: &[
        "CREATE TABLE scim_client_secrets (
        id {id},
        client BIGINT NOT NULL,
        hash {key} NOT NULL,
        last_four {key} NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        last_used_at BIGINT NULL,
        CONSTRAINT scim_client_secrets_client_fk FOREIGN KEY (client) REFERENCES scim_clients (id) ON DELETE CASCADE,
        CONSTRAINT scim_client_secrets_hash_key UNIQUE (hash)
    ) {table}",
        "CREATE INDEX scim_client_secrets_client_idx ON scim_client_secrets (client, id)",
    ],
};
