//! Connections: one row for each identity provider's directory, `default` from the start.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

use crate::dialect;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await?;
        let connection = manager.get_connection();
        let now = dialect::now();
        let default = format!(
            "INSERT INTO scim_connections (id, name, name_key, additive_replace, created_at)
             VALUES (1, 'default', 'default', FALSE, {now})"
        );
        connection.execute_unprepared(&default).await?;
        if manager.get_database_backend() == DbBackend::Postgres {
            // The sequence does not see an id that was given.
            let sequence = "SELECT setval(pg_get_serial_sequence('scim_connections', 'id'), 1)";
            connection.execute_unprepared(sequence).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, &["DROP TABLE scim_connections"]).await
    }
}

const UP: &[&str] = &["CREATE TABLE scim_connections (
        id {id},
        name {key} NOT NULL,
        name_key {key} NOT NULL,
        additive_replace BOOLEAN NOT NULL,
        created_at BIGINT NOT NULL,
        CONSTRAINT scim_connections_name_key UNIQUE (name_key)
    ) {table}"];
