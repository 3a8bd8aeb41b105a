//! The search documents of users: what filters read that has no column.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000303_create_scim_user_search",
    makes: Made::Table("scim_user_search"),
    up: &["CREATE TABLE scim_user_search (
        user_id BIGINT NOT NULL PRIMARY KEY,
        connection_id BIGINT NOT NULL,
        document {document} NOT NULL,
        CONSTRAINT scim_user_search_user_fk FOREIGN KEY (user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}"],
};
