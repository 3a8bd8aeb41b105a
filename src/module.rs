//! What a host calls: the endpoint, the OpenAPI document, the migration, the hosts, the worker.

use std::sync::Arc;

use futures_util::FutureExt;
use poem::{Endpoint, Response};
use sea_orm::DatabaseConnection;

use crate::{
    api,
    auth::Authenticate,
    connections::Connections,
    error::Error,
    hosts::{
        Hosts,
        changes::{self, Changes},
    },
    native::Native,
    protocol::{bounds, case_fold::case_fold, id::ConnectionId},
    provider::{self, Provider},
    runtime::worker,
    store::{connections::Setting, migration},
};

/// The service provider: cheap to clone, one for each process.
#[derive(Debug, Clone)]
pub struct ScimModule {
    provider: Arc<Provider>,
    authenticate: Authenticate,
    public_url: Option<String>,
}

impl ScimModule {
    pub(crate) const fn new(provider: Arc<Provider>, authenticate: Authenticate, public_url: Option<String>) -> Self {
        Self { provider, authenticate, public_url }
    }

    #[cfg(feature = "internals")]
    pub(crate) fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Creates the tables, or adds what a newer version needs; running it again does nothing.
    ///
    /// Everything is prefixed `scim_`, except the view `host_scim_user`, and it keeps a migration ledger of its own. Several
    /// processes may call it at the same moment: one does the work and the others wait, up to a minute (on SQLite as long as
    /// the database connection's busy timeout). On SQLite and PostgreSQL it is one transaction; on MySQL, whose role must be
    /// allowed to create views, each statement is its own transaction, and a step that was interrupted is completed by the
    /// next call. The lock covers one server: on a Galera cluster call this on one node. Another node waits while a step is
    /// in progress, and takes it over after a minute.
    ///
    /// # Errors
    /// [`Error::Database`] if a statement fails, if another process holds the lock for longer, and, with an explanation and
    /// before anything is touched, if there is a table with one of our names that none of our steps created, or there are
    /// tables of a version from before the first release.
    pub async fn migrate(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(migration::up(database).await?)
    }

    /// Drops everything that [`ScimModule::migrate`] created, with all users and groups; the empty ledger stays.
    ///
    /// # Errors
    /// [`Error::Database`] if a statement fails, and, before anything is touched, if a connection beside `default` holds users: delete
    /// it first.
    pub async fn revert(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(migration::down(database).await?)
    }

    /// Checks whether requests can be served, for the host's readiness probe: the database is reachable, accepts writes and
    /// has every table.
    ///
    /// It answers within 7 s, and within 1 s while the database is known to be unreachable.
    ///
    /// # Errors
    /// [`Error::NotMigrated`] if the tables do not exist, [`Error::Database`] if the database is unreachable or does not
    /// accept writes.
    pub async fn ready(&self) -> Result<(), Error> {
        match provider::is_migrated(&self.provider).await? {
            true => Ok(()),
            false => Err(Error::NotMigrated),
        }
    }

    /// Returns the endpoints, to be nested under `/api/v1/fleet/scim` or any other path.
    pub fn endpoint(&self) -> impl Endpoint<Output = Response> + use<> {
        api::endpoint(&self.provider, self.authenticate.clone(), self.public_url.clone())
    }

    /// Returns the OpenAPI document as JSON, its paths with a prefix such as `/api/v1/fleet/scim`; slashes around it do not matter.
    #[must_use]
    pub fn openapi(&self, prefix: &str) -> String {
        api::openapi(&self.provider, prefix)
    }

    /// Adds the OpenAPI document of this module, mounted at a prefix such as `/api/v1/fleet/scim`, to the host's own: its
    /// paths, components and tags.
    ///
    /// ```no_run
    /// # fn f(scim: fleet_scim::ScimModule, own: String) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut document: serde_json::Value = serde_json::from_str(&own)?;
    /// scim.openapi_merge("/api/v1/fleet/scim", &mut document)?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::Invalid`] if the host's document gives one of our names another meaning, or is no OpenAPI document; then
    /// nothing is added.
    pub fn openapi_merge(&self, prefix: &str, document: &mut serde_json::Value) -> Result<(), Error> {
        api::openapi_merge(&self.provider, prefix, document).map_err(Error::Invalid)
    }

    /// Gives access to the addresses of hosts, and to the users found by them.
    #[must_use]
    pub fn hosts(&self) -> Hosts<'_> {
        Hosts::new(&self.provider.database, &self.provider.types)
    }

    /// Gives access to the feed of changes: what the host server is told.
    #[must_use]
    pub fn changes(&self) -> Changes<'_> {
        Changes::new(&self.provider.database)
    }

    /// Gives access to the connections, one for each identity provider, and to their tokens.
    #[must_use]
    pub fn connections(&self) -> Connections<'_> {
        Connections::new(&self.provider)
    }

    /// Gives access to the users and groups that the host server makes itself; makes their connection, `native`, when it is first
    /// called.
    ///
    /// # Errors
    /// [`Error::Database`] if a statement fails.
    pub async fn native(&self) -> Result<Native, Error> {
        let connection = provider::connections::ensure_native(&self.provider).await?;
        Ok(Native::new(self.provider.clone(), &connection, self.public_url.as_deref()))
    }

    /// Finds the connection with this name or creates it; give it to the [`Principal`](crate::Principal)s of its tokens.
    ///
    /// Names are compared without regard to letter case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or longer than 512 characters, [`Error::Database`] if a statement fails.
    pub async fn ensure_connection(&self, name: &str) -> Result<ConnectionId, Error> {
        if name.trim().is_empty() || !bounds::fits_key(name) || !bounds::fits_key(&case_fold(name)) {
            return Err(Error::Invalid(format!("a connection's name has 1 to {} characters", bounds::KEY)));
        }
        Ok(provider::connections::ensure_connection(&self.provider, name).await?)
    }

    /// Sets whether a PATCH that replaces the members of a group only adds them, for a connection whose identity provider
    /// sends one member at a time that way (seen with Entra ID jobs, snipe-it#19096). Off unless set.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a connection that does not exist, [`Error::Database`] if the statement fails.
    pub async fn set_additive_replace(&self, connection: ConnectionId, additive: bool) -> Result<(), Error> {
        self.set(connection, Setting::AdditiveReplace(additive)).await
    }

    /// Sets whether a PUT of a group without `members` keeps the members, for a connection whose identity provider renames
    /// groups that way (keycloak-scim#134). Off unless set: RFC 7644 section 3.5.1 removes what a PUT leaves out, and
    /// `/details` says so.
    ///
    /// # Errors
    /// As [`ScimModule::set_additive_replace`].
    pub async fn set_keeps_members(&self, connection: ConnectionId, keeps: bool) -> Result<(), Error> {
        self.set(connection, Setting::KeepsMembers(keeps)).await
    }

    async fn set(&self, connection: ConnectionId, setting: Setting) -> Result<(), Error> {
        match provider::connections::set(&self.provider, connection, setting).await? {
            true => Ok(()),
            false => Err(Error::Invalid(format!("there is no connection {}", connection.0))),
        }
    }

    /// Does all background work: writes the request log, numbers [`changes`](ScimModule::changes) and tells of hosts, deletes old rows and the connections that are to be deleted, adapts users to
    /// changed settings, and gives identifiers to the groups of an older version.
    ///
    /// Spawn it, and await it after `shutdown` is done: it then writes what is left and returns. Without it, `/details` only
    /// shows this process's own last request, and loses it when the process ends.
    pub fn worker(
        &self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let provider = self.provider.clone();
        let shutdown = shutdown.shared();
        async move {
            let numbering = changes::work(provider.database.clone(), shutdown.clone());
            tokio::join!(worker::work(provider, shutdown), numbering);
        }
    }
}
