//! What changed, in the order it was written; without foreign keys, since it outlives what it names.

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
    "CREATE TABLE scim_changes (
        id {id},
        changed_at BIGINT NOT NULL,
        kind {key} NOT NULL,
        connection_id BIGINT NULL,
        user_id BIGINT NULL,
        group_id BIGINT NULL,
        host_id BIGINT NULL,
        detail {text} NULL
    ) {table}",
    "CREATE INDEX scim_changes_changed_at_idx ON scim_changes (changed_at)",
];

const DOWN: &[&str] = &["DROP TABLE scim_changes"];
