//! What outlives a process and is shared by all that serve one database: the key cursors are sealed with, and which
//! extensions the stored resources were last folded by.

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

const UP: &[&str] = &["CREATE TABLE scim_properties (
        name {key} NOT NULL PRIMARY KEY,
        content {text} NOT NULL,
        created_at BIGINT NOT NULL
    ) {table}"];

const DOWN: &[&str] = &["DROP TABLE scim_properties"];
