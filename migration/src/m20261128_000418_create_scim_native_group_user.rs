//! Which provisioned users are members of which native groups. A table of its own: an identity provider never sees it.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261128_000418_create_scim_native_group_user",
    makes: Made::Table("scim_native_group_user"),
    up: &[
        "CREATE TABLE scim_native_group_user (
        connection_id BIGINT NOT NULL,
        group_id BIGINT NOT NULL,
        user_connection_id BIGINT NOT NULL,
        user_id BIGINT NOT NULL,
        PRIMARY KEY (group_id, user_id, connection_id),
        CONSTRAINT scim_native_group_user_group_fk FOREIGN KEY (group_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE,
        CONSTRAINT scim_native_group_user_user_fk FOREIGN KEY (user_id, user_connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
        "CREATE INDEX scim_native_group_user_user_idx ON scim_native_group_user (user_id, user_connection_id, group_id)",
    ],
};
