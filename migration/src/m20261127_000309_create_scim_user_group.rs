//! Which users are members of which groups; the foreign keys cannot cross connections.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000309_create_scim_user_group",
    makes: Made::Table("scim_user_group"),
    up: &[
        "CREATE TABLE scim_user_group (
        connection_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        user_id BIGINT NOT NULL,
        PRIMARY KEY (group_id, user_id, connection_id),
        CONSTRAINT scim_user_group_group_fk FOREIGN KEY (group_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE,
        CONSTRAINT scim_user_group_user_fk FOREIGN KEY (user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_user_group_user_idx ON scim_user_group (user_id, connection_id, group_id)",
    ],
};
