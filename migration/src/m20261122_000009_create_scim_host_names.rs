//! What the host server tells: the name of each host, shown with the hosts of a user.

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

const UP: &[&str] = &["CREATE TABLE scim_host_names (
        host_id BIGINT NOT NULL PRIMARY KEY,
        name {key} NOT NULL,
        name_key {key} NOT NULL
    ) {table}"];

const DOWN: &[&str] = &["DROP TABLE scim_host_names"];
