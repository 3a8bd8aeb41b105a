//! The steps that make this server's tables. fleet-scim has a ledger of its own and never touches these.

use std::time::Duration;

use fleet_scim::{
    sea_orm::{DatabaseConnection, DbErr, DynIden, SqlErr},
    sea_orm_migration::{
        async_trait::async_trait,
        prelude::*,
        schema::{big_integer, big_pk_auto, string},
    },
};

use super::{dead_letter, host, reader, setting, token};

/// How often a start waits for another process that makes the same tables at the same moment.
const ATTEMPTS: u32 = 10;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(CreateTables), Box::new(CreateTablesOfChanges)]
    }

    fn migration_table_name() -> DynIden {
        "host_migrations".into_iden()
    }
}

struct CreateTables;

impl MigrationName for CreateTables {
    fn name(&self) -> &str {
        "m20261127_000001_create_tables"
    }
}

#[async_trait]
impl MigrationTrait for CreateTables {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let hosts = Table::create()
            .table(host::Entity)
            .if_not_exists()
            .col(big_pk_auto(host::Column::Id))
            .col(string(host::Column::Hostname))
            .to_owned();
        let tokens = Table::create()
            .table(token::Entity)
            .if_not_exists()
            .col(string(token::Column::Role).primary_key())
            .col(string(token::Column::Hash))
            .to_owned();
        let settings = Table::create()
            .table(setting::Entity)
            .if_not_exists()
            .col(string(setting::Column::Name).primary_key())
            .to_owned();
        for table in [hosts, tokens, settings] {
            manager.create_table(table).await?;
        }
        Ok(())
    }
}

struct CreateTablesOfChanges;

impl MigrationName for CreateTablesOfChanges {
    fn name(&self) -> &str {
        "m20261128_000002_create_tables_of_changes"
    }
}

#[async_trait]
impl MigrationTrait for CreateTablesOfChanges {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let readers = Table::create()
            .table(reader::Entity)
            .if_not_exists()
            .col(string(reader::Column::Name).primary_key())
            .col(big_integer(reader::Column::Number))
            .col(string(reader::Column::Holder))
            .col(big_integer(reader::Column::HeldUntil))
            .to_owned();
        let dead_letters = Table::create()
            .table(dead_letter::Entity)
            .if_not_exists()
            .col(big_integer(dead_letter::Column::Number).primary_key())
            .col(string(dead_letter::Column::Kind))
            .col(string(dead_letter::Column::Reason))
            .col(big_integer(dead_letter::Column::GivenUpAt))
            .to_owned();
        for table in [readers, dead_letters] {
            manager.create_table(table).await?;
        }
        Ok(())
    }
}

/// Makes the tables. sea-orm's migrator takes no lock, so of several processes that start together one may be told that a
/// table or a step is there already: it looks again.
pub async fn migrate(database: &DatabaseConnection) -> Result<(), DbErr> {
    let mut attempt = 1;
    loop {
        match Migrator::up(database, None).await {
            Err(error) if attempt < ATTEMPTS && may_be_overtaken(&error) => {
                tokio::time::sleep(Duration::from_millis(50) * attempt).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

fn may_be_overtaken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
        || matches!(error, DbErr::Exec(_) | DbErr::Query(_))
}
