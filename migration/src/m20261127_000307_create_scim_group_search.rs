//! The search documents of groups: what filters read that has no column.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000307_create_scim_group_search",
    makes: Made::Table("scim_group_search"),
    up: &["CREATE TABLE scim_group_search (
        group_id BIGINT NOT NULL PRIMARY KEY,
        connection_id BIGINT NOT NULL,
        document {document} NOT NULL,
        CONSTRAINT scim_group_search_group_fk FOREIGN KEY (group_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE
    ) {table}"],
};
