//! Groups; their indexes are like those of users.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000306_create_scim_groups",
    makes: Made::Table("scim_groups"),
    up: &[
        "CREATE TABLE scim_groups (
        id {id},
        connection_id BIGINT NOT NULL,
        display_name {key} NOT NULL,
        display_name_key {key} NOT NULL,
        external_id {key} NULL,
        resource {text} NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        CONSTRAINT scim_groups_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_groups_id_connection_key UNIQUE (id, connection_id),
        CONSTRAINT scim_groups_display_name_key UNIQUE (display_name_key, connection_id)
    ) {table}",
        "CREATE INDEX scim_groups_page_idx ON scim_groups (connection_id, id){pages}",
        "CREATE INDEX scim_groups_name_page_idx ON scim_groups (connection_id, display_name_key){pages}",
        "CREATE INDEX scim_groups_updated_page_idx ON scim_groups (connection_id, updated_at, id){pages}",
        "CREATE INDEX scim_groups_external_id_idx ON scim_groups (external_id, connection_id)",
    ],
};
