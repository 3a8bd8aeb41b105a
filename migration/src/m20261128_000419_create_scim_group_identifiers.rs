//! The identifiers that groups have or had. A row stays when its group is renamed or deleted, so that nobody else gets it.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000419_create_scim_group_identifiers",
    makes: Made::Table("scim_group_identifiers"),
    up: &[
        "CREATE TABLE scim_group_identifiers (
        connection_id BIGINT NOT NULL,
        identifier_key {key} NOT NULL,
        identifier {key} NOT NULL,
        stem_key {key} NOT NULL,
        number BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        is_current BOOLEAN NOT NULL,
        PRIMARY KEY (connection_id, identifier_key),
        CONSTRAINT scim_group_identifiers_connection_fk FOREIGN KEY (connection_id)
            REFERENCES scim_connections (id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_group_identifiers_group_idx ON scim_group_identifiers (group_id, is_current)",
        "CREATE INDEX scim_group_identifiers_stem_idx ON scim_group_identifiers (connection_id, stem_key, number)",
    ],
};
