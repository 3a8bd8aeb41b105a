//! Opens pools whose every database connection keeps what it acknowledges.

mod file;
mod options;
mod reach;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server;

use std::time::Instant;

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr};

use crate::{
    error::Error,
    store::transient::{Transient, transient},
};
pub use options::connect_options;

/// The pools of a database: on SQLite, one for writing and one for reading only; elsewhere the same one for both.
#[derive(Debug, Clone)]
pub struct Pools {
    /// For transactions that write, including migrations.
    pub writer: DatabaseConnection,
    /// For statements that only read. It must show writes at once, so it cannot be a replica that lags behind.
    pub reader: DatabaseConnection,
}

impl From<DatabaseConnection> for Pools {
    fn from(pool: DatabaseConnection) -> Self {
        Self { writer: pool.clone(), reader: pool }
    }
}

impl Pools {
    /// Closes both pools, waiting for what still runs on them. On SQLite the write-ahead log is then moved into the database
    /// file: the readers are closed first, since the last database connection does that, and it must be one that may write.
    ///
    /// # Errors
    /// If a pool cannot be closed.
    pub async fn close(self) -> Result<(), Error> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }
}

/// Opens the pools for a database: `sqlite://`, `postgres://`, `mysql://` or `mariadb://`.
///
/// SQLite has one writer: it gets a pool of one database connection for writing and one of four for reading, so that waiting
/// writers never occupy those that readers need. Elsewhere there is one pool of eight. All use [`connect_options`].
///
/// ```no_run
/// # async fn f() -> Result<(), fleet_scim::Error> {
/// let pools = fleet_scim::connect("postgres://scim@db/fleet").await?;
/// # Ok(()) }
/// ```
///
/// # Errors
/// [`Error::Unreachable`] if the database cannot be opened, with what was found and what to do: at once if nothing listens at
/// its address, within 5 s if nothing answers there. [`Error::Invalid`] for a URL that cannot be read, for a database whose
/// driver is not built in, and for `sqlite::memory:`, where each database connection is another database.
pub async fn connect(url: &str) -> Result<Pools, Error> {
    if !url.starts_with("sqlite:") {
        reach::reach(url).await?;
        return Ok(Database::connect(connect_options(url)).await?.into());
    }
    if cfg!(not(feature = "sqlite")) {
        return Err(reach::not_built_in("SQLite", "sqlite"));
    }
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::Invalid(
            "sqlite::memory: cannot be served, since each database connection would be another database: give a file, such as sqlite://fleet-scim.db?mode=rwc".to_owned(),
        ));
    }
    let mut options = connect_options(url);
    let writer = open_file(options.max_connections(1)).await;
    let writer = match writer {
        Ok(writer) => writer,
        Err(error) => return Err(file::explain(url, error).await),
    };
    let reader = open_file(options.max_connections(4)).await?;
    Ok(Pools { writer, reader })
}

/// Opens an SQLite file. If several processes create it at the same moment, one switches it to WAL, and SQLite tells the
/// others that it is locked, however long they are willing to wait.
async fn open_file(options: &ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let since = Instant::now();
    loop {
        match Database::connect(options.clone()).await {
            Err(error) if transient(&error) == Some(Transient::Conflict) && since.elapsed() < options::BUSY => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}
