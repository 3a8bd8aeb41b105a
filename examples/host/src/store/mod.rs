//! The host server's own tables, beside those of fleet-scim in one database.

pub mod dead_letter;
pub mod host;
mod migrator;
pub mod reader;
pub mod setting;
pub mod token;

use fleet_scim::{
    Pools, begin_write, connect,
    sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr},
};

/// The pools of the database, which this server and fleet-scim share.
#[derive(Debug, Clone)]
pub struct Store {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
}

impl Store {
    pub async fn open(url: &str) -> Result<Self, fleet_scim::Error> {
        let Pools { writer, reader } = connect(url).await?;
        Ok(Self { writer, reader })
    }

    pub fn pools(&self) -> Pools {
        Pools { writer: self.writer.clone(), reader: self.reader.clone() }
    }

    /// Creates this server's tables.
    pub async fn migrate(&self) -> Result<(), DbErr> {
        migrator::migrate(&self.writer).await
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        begin_write(&self.writer).await
    }
}
