//! What an administrator sets of a connection, and when it was last used. A table of its own: whoever adds a user locks the
//! row of the connection, and must not wait for these changes.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000401_create_scim_connection_profiles",
    makes: Made::Table("scim_connection_profiles"),
    up: &[
        "CREATE TABLE scim_connection_profiles (
        connection_id BIGINT NOT NULL PRIMARY KEY,
        name {key} NOT NULL,
        display_name {key} NOT NULL,
        vendor {key} NOT NULL,
        kind {key} NOT NULL,
        state {key} NOT NULL,
        display_order BIGINT NOT NULL,
        last_request_at BIGINT NULL,
        last_success_at BIGINT NULL,
        CONSTRAINT scim_connection_profiles_connection_fk FOREIGN KEY (connection_id)
            REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_connection_profiles_name_key UNIQUE (name)
    ) {table}",
        "INSERT INTO scim_connection_profiles (connection_id, name, display_name, vendor, kind, state, display_order)
        SELECT id, 'default', 'Default', 'other', 'idp', 'live', 0 FROM scim_connections WHERE name_key = 'default'",
    ],
};
