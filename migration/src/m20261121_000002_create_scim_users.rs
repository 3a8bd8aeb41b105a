//! Users: the document and its indexes. What SQL finds or joins by has a column or a row here, everything else `folded`.

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
        resource {text} NOT NULL,
        version BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        CONSTRAINT scim_users_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE,
        CONSTRAINT scim_users_id_connection_key UNIQUE (id, connection_id),
        CONSTRAINT scim_users_user_name_key UNIQUE (connection_id, user_name_key)
    ) {table}",
    "CREATE INDEX scim_users_page_idx ON scim_users (connection_id, id)",
    "CREATE INDEX scim_users_external_id_idx ON scim_users (connection_id, external_id)",
    "CREATE TABLE scim_user_search (
        user_id BIGINT NOT NULL PRIMARY KEY,
        connection_id BIGINT NOT NULL,
        folded {folded} NOT NULL,
        CONSTRAINT scim_user_search_user_fk FOREIGN KEY (user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
    "CREATE TABLE scim_user_emails (
        user_id BIGINT NOT NULL,
        position SMALLINT NOT NULL,
        connection_id BIGINT NOT NULL,
        email {key} NOT NULL,
        email_key {key} NOT NULL,
        type {text} NULL,
        is_primary BOOLEAN NOT NULL,
        PRIMARY KEY (user_id, position),
        CONSTRAINT scim_user_emails_user_fk FOREIGN KEY (user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
    "CREATE INDEX scim_user_emails_email_idx ON scim_user_emails (connection_id, email_key)",
    "CREATE TABLE scim_user_keys (
        scim_user_id BIGINT NOT NULL,
        email_key {key} NOT NULL,
        connection_id BIGINT NOT NULL,
        match_rank SMALLINT NOT NULL,
        was_user_name BOOLEAN NOT NULL,
        PRIMARY KEY (scim_user_id, email_key),
        CONSTRAINT scim_user_keys_user_fk FOREIGN KEY (scim_user_id, connection_id)
            REFERENCES scim_users (id, connection_id) ON DELETE CASCADE
    ) {table}",
    "CREATE INDEX scim_user_keys_email_idx ON scim_user_keys (email_key)",
];

const DOWN: &[&str] = &[
    "DROP TABLE scim_user_keys",
    "DROP TABLE scim_user_emails",
    "DROP TABLE scim_user_search",
    "DROP TABLE scim_users",
];
