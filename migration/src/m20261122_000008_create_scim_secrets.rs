//! Keys that outlive a process and are shared by all that serve one database, such as the one cursors are sealed with.

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

const UP: &[&str] = &["CREATE TABLE scim_secrets (
        name {key} NOT NULL PRIMARY KEY,
        secret {key} NOT NULL,
        created_at BIGINT NOT NULL
    ) {table}"];

const DOWN: &[&str] = &["DROP TABLE scim_secrets"];
