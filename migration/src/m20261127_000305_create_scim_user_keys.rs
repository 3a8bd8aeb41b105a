//! Every address that finds a user, former names included, and how well it matches.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000305_create_scim_user_keys",
    makes: Made::Table("scim_user_keys"),
    up: &[
        "CREATE TABLE scim_user_keys (
        scim_user_id BIGINT NOT NULL,
        email_key {key} NOT NULL,
        connection_id BIGINT NOT NULL,
        match_rank SMALLINT NOT NULL,
        former_since BIGINT,
        PRIMARY KEY (scim_user_id, email_key),
        CONSTRAINT scim_user_keys_user_fk FOREIGN KEY (scim_user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_user_keys_email_idx ON scim_user_keys (email_key)",
    ],
};
