//! Which groups are members of which groups.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000310_create_scim_group_group",
    makes: Made::Table("scim_group_group"),
    up: &[
        "CREATE TABLE scim_group_group (
        connection_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        child_id BIGINT NOT NULL,
        PRIMARY KEY (group_id, child_id, connection_id),
        CONSTRAINT scim_group_group_group_fk FOREIGN KEY (group_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE,
        CONSTRAINT scim_group_group_child_fk FOREIGN KEY (child_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_group_group_child_idx ON scim_group_group (child_id, connection_id, group_id)",
    ],
};
