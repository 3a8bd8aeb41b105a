//! A database for one test.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;

use crate::{Error, Pools, ScimModule, connect};

/// A migrated database for one test.
#[derive(Debug)]
pub struct TemporaryDatabase {
    pools: Pools,
    url: String,
    /// The server it is on, and its name there.
    on_server: Option<(String, String)>,
    /// Deleted with the value.
    _folder: Option<tempfile::TempDir>,
}

impl TemporaryDatabase {
    /// Creates an SQLite database in a folder of its own, which is deleted with the value.
    ///
    /// # Errors
    /// As [`connect`](crate::connect()) and [`ScimModule::migrate`]; [`Error::Unreachable`] if no folder can be made.
    #[cfg(feature = "sqlite")]
    pub async fn sqlite() -> Result<Self, Error> {
        let folder = tempfile::tempdir().map_err(|error| Error::Unreachable {
            found: format!("no temporary folder can be made: {error}"),
            advice: "set TMPDIR to a folder that can be written".to_owned(),
        })?;
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("scim.db").display());
        let pools = migrated(&url).await?;
        Ok(Self { pools, url, on_server: None, _folder: Some(folder) })
    }

    /// Creates a database of a new name on the server of a URL such as `postgres://root@localhost/postgres`, whose role may
    /// do that.
    ///
    /// # Errors
    /// As [`connect`](crate::connect()) and [`ScimModule::migrate`]; [`Error::Invalid`] for a URL without a database.
    pub async fn on_server(url: &str) -> Result<Self, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("fleet_scim_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let (before, parameters) = url.split_once('?').map_or((url, ""), |(before, parameters)| (before, parameters));
        let server = before.rsplit_once('/').filter(|(server, _)| !server.ends_with('/')).map(|(server, _)| server);
        let server =
            server.ok_or_else(|| Error::Invalid("the URL names no database: add one, such as /postgres".to_owned()))?;
        let own =
            if parameters.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{parameters}") };
        run(url, &format!("CREATE DATABASE {name}")).await?;
        let pools = migrated(&own).await?;
        Ok(Self { pools, url: own, on_server: Some((url.to_owned(), name)), _folder: None })
    }

    /// Returns the pools of the database.
    #[must_use]
    pub fn pools(&self) -> Pools {
        self.pools.clone()
    }

    /// Returns the URL of the database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Closes the pools and drops the database.
    ///
    /// # Errors
    /// If it cannot be dropped: somebody else still uses it.
    pub async fn remove(self) -> Result<(), Error> {
        self.pools.close().await?;
        match self.on_server {
            Some((server, name)) => run(&server, &format!("DROP DATABASE {name}")).await,
            None => Ok(()),
        }
    }
}

async fn migrated(url: &str) -> Result<Pools, Error> {
    let pools = connect(url).await?;
    ScimModule::migrate(&pools.writer).await?;
    Ok(pools)
}

async fn run(url: &str, sql: &str) -> Result<(), Error> {
    let pools = connect(url).await?;
    let outcome = pools.writer.execute_unprepared(sql).await;
    pools.close().await?;
    outcome?;
    Ok(())
}
