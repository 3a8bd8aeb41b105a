//! What the host server tells: the addresses of each host by source. `position` makes two writers of one source meet on a row.

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
    "CREATE TABLE scim_host_emails (
        host_id BIGINT NOT NULL,
        source {key} NOT NULL,
        position SMALLINT NOT NULL,
        source_rank SMALLINT NOT NULL,
        email {key} NOT NULL,
        email_key {key} NOT NULL,
        PRIMARY KEY (host_id, source, position)
    ) {table}",
    "CREATE INDEX scim_host_emails_host_idx ON scim_host_emails (host_id, source_rank, email_key)",
    "CREATE INDEX scim_host_emails_email_idx ON scim_host_emails (email_key)",
];

const DOWN: &[&str] = &["DROP TABLE scim_host_emails"];
