//! The addresses of users.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000304_create_scim_user_emails",
    makes: Made::Table("scim_user_emails"),
    up: &[
        "CREATE TABLE scim_user_emails (
        user_id BIGINT NOT NULL,
        position SMALLINT NOT NULL,
        connection_id BIGINT NOT NULL,
        email {key} NOT NULL,
        email_key {key} NOT NULL,
        type {text} NULL,
        is_primary BOOLEAN NOT NULL,
        PRIMARY KEY (user_id, position),
        CONSTRAINT scim_user_emails_user_fk FOREIGN KEY (user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_user_emails_email_idx ON scim_user_emails (email_key, connection_id)",
    ],
};
