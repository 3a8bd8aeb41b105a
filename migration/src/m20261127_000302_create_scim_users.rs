//! Users: the document and its indexes. What SQL searches or joins by has a column or a row of its own; everything else is
//! in `scim_user_search`.
//!
//! Each index begins with a column that selects few rows. PostgreSQL keeps a plan that it made while a table was empty, and
//! without statistics it picks an index that begins with the `connection_id` that all rows share: then every foreign key
//! check and every lookup reads all rows (a create took 17 times as long at 40,000 users, 2026-11-26). The page indexes do
//! begin with it; on PostgreSQL they are partial, so that only a statement that says `created_at >= 0` can use them.

use crate::step::{Made, Step};

pub const STEP: Step = Step {
    name: "m20261127_000302_create_scim_users",
    makes: Made::Table("scim_users"),
    up: &[
        "CREATE TABLE scim_users (
        id {id},
        connection_id BIGINT NOT NULL,
        user_name {key} NOT NULL,
        user_name_key {key} NOT NULL,
        external_id {key} NULL,
        given_name {text} NULL,
        family_name {text} NULL,
        formatted_name {text} NULL,
        display_name {text} NULL,
        active BOOLEAN NOT NULL,
        department {text} NULL,
        employee_number {text} NULL,
        family_name_prefix {key} NOT NULL,
        display_name_prefix {key} NOT NULL,
        department_prefix {key} NOT NULL,
        resource {text} NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        CONSTRAINT scim_users_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_users_id_connection_key UNIQUE (id, connection_id),
        CONSTRAINT scim_users_user_name_key UNIQUE (user_name_key, connection_id)
    ) {table}",
        "CREATE INDEX scim_users_page_idx ON scim_users (connection_id, id){pages}",
        "CREATE INDEX scim_users_name_page_idx ON scim_users (connection_id, user_name_key){pages}",
        "CREATE INDEX scim_users_family_name_page_idx ON scim_users (connection_id, family_name_prefix, id){pages}",
        "CREATE INDEX scim_users_display_name_page_idx ON scim_users (connection_id, display_name_prefix, id){pages}",
        "CREATE INDEX scim_users_department_page_idx ON scim_users (connection_id, department_prefix, id){pages}",
        "CREATE INDEX scim_users_updated_page_idx ON scim_users (connection_id, updated_at, id){pages}",
        "CREATE INDEX scim_users_external_id_idx ON scim_users (external_id, connection_id)",
    ],
};
