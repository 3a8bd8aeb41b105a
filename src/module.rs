//! Builder, endpoint, document and migration.

use std::{sync::Arc, time::Duration};

use migration::{Migrator, MigratorTrait};
use poem::{Endpoint, Response};
use sea_orm::DatabaseConnection;

use crate::{
    api,
    auth::{Authenticate, Authenticator},
    error::Error,
    hosts::Hosts,
    protocol::{
        bounds,
        id::ConnectionId,
        schema::{ResourceTypes, Schema},
    },
    provider::{self, Provider, journal},
    store::{changes, database::Database, dialect::Dialect, fitness, requests},
};

/// The service provider: cheap to clone, one for a process.
#[derive(Debug, Clone)]
pub struct ScimModule {
    provider: Arc<Provider>,
    authenticate: Authenticate,
    public_url: Option<String>,
}

/// Settings of a [`ScimModule`] before it is built.
#[derive(Debug)]
pub struct Builder {
    database: DatabaseConnection,
    reader: Option<DatabaseConnection>,
    authenticate: Authenticate,
    public_url: Option<String>,
    page: u64,
    answered_members: u64,
    cursor_timeout: Duration,
    hosts_url: Option<String>,
    compresses: bool,
    user_extensions: Vec<&'static Schema>,
    group_extensions: Vec<&'static Schema>,
}

impl Builder {
    /// A connection for statements that only read; on SQLite give one of its own, so that readers never wait for writers.
    #[must_use]
    pub fn reader(self, reader: DatabaseConnection) -> Self {
        Self { reader: Some(reader), ..self }
    }

    /// Where clients reach the host server, such as `https://fleet.example.com`; locations begin with it.
    ///
    /// Without it they follow each request's Host header, and a warning says so once. Forwarded headers are not believed.
    #[must_use]
    pub fn public_url(self, url: impl Into<String>) -> Self {
        Self { public_url: Some(url.into()), ..self }
    }

    /// Resources on one page at most; 200 unless set, from 1 to 1,000.
    #[must_use]
    pub fn max_page(self, resources: u64) -> Self {
        Self { page: resources.clamp(1, bounds::LARGEST_PAGE), ..self }
    }

    /// Members up to which a PATCH of a group answers with the whole group, beyond which with 204; 1,000 unless set.
    #[must_use]
    pub fn answered_members(self, members: u64) -> Self {
        Self { answered_members: members, ..self }
    }

    /// How long a cursor of a page is good for; an hour unless set. Told in `/ServiceProviderConfig`, in whole seconds.
    #[must_use]
    pub fn cursor_timeout(self, timeout: Duration) -> Self {
        Self { cursor_timeout: timeout, ..self }
    }

    /// Where the host server serves its hosts: a URL, or a path of this server such as `/api/v1/fleet/hosts`. The `$ref`
    /// of a host is that, a slash and its id. Unless set it is `hosts` beside the mount.
    #[must_use]
    pub fn hosts_url(self, url: impl Into<String>) -> Self {
        Self { hosts_url: Some(url.into()), ..self }
    }

    /// Leaves gzip to the host server, whose own middleware would compress what is compressed already.
    ///
    /// Otherwise answers larger than 14,600 bytes are compressed for clients that ask for it.
    #[must_use]
    pub fn without_compression(self) -> Self {
        Self { compresses: false, ..self }
    }

    /// Registers an extension of users: validated, filtered, sorted, projected and advertised as the built-in ones are.
    #[must_use]
    pub fn extend_users(mut self, schema: &'static Schema) -> Self {
        self.user_extensions.push(schema);
        self
    }

    /// Registers an extension of groups.
    #[must_use]
    pub fn extend_groups(mut self, schema: &'static Schema) -> Self {
        self.group_extensions.push(schema);
        self
    }

    /// Looks at the connections and builds the module.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a schema that cannot be served: a URN that is none or begins as another does, a name that
    /// is none or is there twice, a complex attribute inside a complex one.
    /// [`Error::NotMigrated`] without the tables. [`Error::Unfit`] with advice for a connection that would lose what was
    /// acknowledged, or cut or confuse values: on SQLite another journal than WAL, `synchronous` below FULL, or foreign
    /// keys off; on PostgreSQL `synchronous_commit` off or an encoding other than UTF-8; on MySQL a `sql_mode` that is
    /// not strict, a character set other than utf8mb4, or a binary log by statement.
    pub async fn build(self) -> Result<ScimModule, Error> {
        let types = ResourceTypes::with(&self.user_extensions, &self.group_extensions).map_err(Error::Invalid)?;
        let dialect = Dialect::detect(&self.database).await?;
        if let Some(unfit) = fitness::check(&self.database, dialect).await? {
            return Err(Error::Unfit { found: unfit.found, advice: unfit.advice });
        }
        if !fitness::is_migrated(&self.database, Migrator::migrations().len()).await? {
            return Err(Error::NotMigrated);
        }
        let reader = self.reader.unwrap_or_else(|| self.database.clone());
        let database = Database::new(self.database, reader, dialect);
        let seal = provider::secrets::seal(&database).await?;
        provider::refold::refold(&database, &types).await?;
        let provider = Provider {
            database,
            seal,
            cursor_timeout: i64::try_from(self.cursor_timeout.as_millis()).unwrap_or(i64::MAX),
            hosts_url: self.hosts_url,
            compresses: self.compresses,
            types,
            page: self.page,
            answered_members: self.answered_members,
            journal: journal::Journal::default(),
        };
        Ok(ScimModule { provider: Arc::new(provider), authenticate: self.authenticate, public_url: self.public_url })
    }
}

impl ScimModule {
    /// Starts with the connection for writing, and reading unless [`Builder::reader`] gives another, and the host's tokens.
    pub fn builder(database: DatabaseConnection, authenticator: impl Authenticator) -> Builder {
        Builder {
            database,
            reader: None,
            authenticate: Authenticate::new(authenticator),
            public_url: None,
            page: bounds::PAGE,
            answered_members: bounds::ANSWERED_MEMBERS,
            cursor_timeout: CURSOR_TIMEOUT,
            hosts_url: None,
            compresses: true,
            user_extensions: vec![],
            group_extensions: vec![],
        }
    }

    /// Creates the tables, or what a newer version adds to them; running it again does nothing.
    ///
    /// Everything is prefixed `scim_`, the view `host_scim_user` alone excepted, and the ledger is one of its own.
    ///
    /// # Errors
    /// [`Error::Database`] when a statement fails.
    pub async fn migrate(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(Migrator::up(database, None).await?)
    }

    /// Drops everything [`ScimModule::migrate`] created, with all users and groups.
    ///
    /// # Errors
    /// [`Error::Database`] when a statement fails.
    pub async fn revert(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(Migrator::down(database, None).await?)
    }

    /// The endpoints, to be nested under `/api/v1/fleet/scim` and wherever else.
    pub fn endpoint(&self) -> impl Endpoint<Output = Response> + use<> {
        api::endpoint(&self.provider, self.authenticate.clone(), self.public_url.clone())
    }

    /// The OpenAPI document in JSON, its paths behind a prefix such as `/api/v1/fleet/scim`.
    #[must_use]
    pub fn openapi(&self, prefix: &str) -> String {
        api::openapi(&self.provider, prefix)
    }

    /// The hosts' addresses, and who is found by them.
    #[must_use]
    pub fn hosts(&self) -> Hosts<'_> {
        Hosts::new(&self.provider)
    }

    /// The connection of this name, made when it is not there; give it to the [`Principal`](crate::Principal)s of its tokens.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or longer than 255 characters.
    pub async fn ensure_connection(&self, name: &str) -> Result<ConnectionId, Error> {
        if name.trim().is_empty() || name.chars().count() > bounds::KEY || name.contains('\0') {
            return Err(Error::Invalid(format!("a connection's name has 1 to {} characters", bounds::KEY)));
        }
        Ok(provider::ensure_connection(&self.provider, name).await?)
    }

    /// Whether a PATCH that replaces the members of a group only adds them, for a connection whose identity provider
    /// sends one member at a time that way (seen of Entra ID jobs, snipe-it#19096). Off unless set.
    ///
    /// # Errors
    /// [`Error::Database`] when the statement fails.
    pub async fn set_additive_replace(&self, connection: ConnectionId, additive: bool) -> Result<(), Error> {
        Ok(provider::set_additive_replace(&self.provider, connection, additive).await?)
    }

    /// Everything that is done in the background: writing the request log and forgetting what is old.
    ///
    /// Spawn it, and await it after `shutdown` is done: it writes what is left and returns. Without it `/details` shows
    /// this process's own last request and forgets it at the end.
    pub fn worker(
        &self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        work(self.provider.clone(), shutdown)
    }
}

/// How long a cursor is good for, unless the host says otherwise.
const CURSOR_TIMEOUT: Duration = Duration::from_secs(3600);
/// How long requests are gathered before they are written.
const GATHER: Duration = Duration::from_millis(200);
/// How often old rows are forgotten.
const PRUNE: Duration = Duration::from_secs(3600);
/// How long a change is kept for the host to read.
const CHANGES_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

async fn work(provider: Arc<Provider>, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut prune = tokio::time::interval(PRUNE);
    loop {
        let over = tokio::select! {
            () = &mut shutdown => true,
            () = provider.journal.written.notified() => tokio::select! {
                () = &mut shutdown => true,
                () = tokio::time::sleep(GATHER) => false,
            },
            _ = prune.tick() => {
                forget_old(&provider).await;
                false
            }
        };
        if let Err(failure) = journal::flush(&provider).await {
            tracing::warn!(error = %api::private(&failure), "the request log could not be written");
        }
        if over {
            return;
        }
    }
}

async fn forget_old(provider: &Provider) {
    let kept_from = chrono::Utc::now() - CHANGES_KEPT;
    let forgotten = async {
        let write = provider.database.begin().await?;
        requests::prune(&write.transaction).await?;
        changes::prune(&write.transaction, kept_from.timestamp_millis()).await?;
        write.finish(Ok(())).await
    };
    if let Err(failure) = forgotten.await {
        tracing::warn!(error = %api::private(&failure), "old rows could not be forgotten");
    }
}
