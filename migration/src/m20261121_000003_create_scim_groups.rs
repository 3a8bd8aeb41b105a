//! Groups, and who is a member of which: the foreign keys cannot cross connections.
//!
//! Every index begins with what chooses few rows: behind a `connection_id` that all rows share, MariaDB reads them all.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

const UP: &[&str] = &[
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
        CONSTRAINT scim_groups_display_name_key UNIQUE (connection_id, display_name_key)
    ) {table}",
    "CREATE INDEX scim_groups_page_idx ON scim_groups (connection_id, id)",
    "CREATE INDEX scim_groups_external_id_idx ON scim_groups (connection_id, external_id)",
    "CREATE TABLE scim_group_search (
        group_id BIGINT NOT NULL PRIMARY KEY,
        connection_id BIGINT NOT NULL,
        folded {folded} NOT NULL,
        CONSTRAINT scim_group_search_group_fk FOREIGN KEY (group_id, connection_id)
            REFERENCES scim_groups (id, connection_id) ON DELETE CASCADE
    ) {table}",
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
];

const DOWN: &[&str] = &[
    "DROP TABLE scim_group_group",
    "DROP TABLE scim_user_group",
    "DROP TABLE scim_group_search",
    "DROP TABLE scim_groups",
];
