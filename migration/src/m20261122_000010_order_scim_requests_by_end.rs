//! The request log by the time a request ended: the last is the one that ended last, not the one that began last. And it
//! holds rows of connections that are not there, so that one such row does not keep a batch of others from being written.

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

// What is in the log is of the moment: it is made anew.
const UP: &[&str] = &[
    // On MySQL each statement is a transaction, and one that ended between these two is to be run again.
    "DROP TABLE IF EXISTS scim_requests",
    "CREATE TABLE scim_requests (
        id {id},
        connection_id BIGINT NOT NULL,
        requested_at BIGINT NOT NULL,
        ended_at BIGINT NOT NULL,
        method {key} NOT NULL,
        route {key} NOT NULL,
        status SMALLINT NOT NULL,
        details {text} NOT NULL
    ) {table}",
    "CREATE INDEX scim_requests_ended_at_idx ON scim_requests (connection_id, ended_at)",
];

const DOWN: &[&str] = &[
    "DROP TABLE scim_requests",
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
