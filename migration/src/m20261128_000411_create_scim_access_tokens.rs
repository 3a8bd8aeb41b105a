//! Access tokens, by their hashes. They end with the secret they were given for.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000411_create_scim_access_tokens",
    makes: Made::Table("scim_access_tokens"),
    up: &[
        "CREATE TABLE scim_access_tokens (
        id {id},
        client BIGINT NOT NULL,
        secret BIGINT NULL,
        connection_id BIGINT NOT NULL,
        hash {key} NOT NULL,
        expires_at BIGINT NOT NULL,
        CONSTRAINT scim_access_tokens_client_fk FOREIGN KEY (client) REFERENCES scim_clients (id) ON DELETE CASCADE,
        CONSTRAINT scim_access_tokens_secret_fk FOREIGN KEY (secret) REFERENCES scim_client_secrets (id) ON DELETE CASCADE,
        CONSTRAINT scim_access_tokens_connection_fk FOREIGN KEY (connection_id)
            REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_access_tokens_hash_key UNIQUE (hash)
    ) {table}",
        "CREATE INDEX scim_access_tokens_client_idx ON scim_access_tokens (client, id)",
        "CREATE INDEX scim_access_tokens_secret_idx ON scim_access_tokens (secret)",
        "CREATE INDEX scim_access_tokens_connection_idx ON scim_access_tokens (connection_id)",
        "CREATE INDEX scim_access_tokens_expiry_idx ON scim_access_tokens (expires_at)",
    ],
};
