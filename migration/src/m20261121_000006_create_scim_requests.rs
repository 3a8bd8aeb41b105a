//! The last requests of each connection, written behind.

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
    "CREATE TABLE scim_requests (
        id {id},
        connection_id BIGINT NOT NULL,
        requested_at BIGINT NOT NULL,
        method {key} NOT NULL,
        route {key} NOT NULL,
        status SMALLINT NOT NULL,
        details {text} NOT NULL,
        CONSTRAINT scim_requests_connection_fk FOREIGN KEY (connection_id) REFERENCES scim_connections (id) ON DELETE CASCADE
    ) {table}",
    "CREATE INDEX scim_requests_requested_at_idx ON scim_requests (connection_id, requested_at)",
];

const DOWN: &[&str] = &["DROP TABLE scim_requests"];
