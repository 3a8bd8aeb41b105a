//! Builder, endpoint, document and migration.

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, Response, http::Uri};
use sea_orm::DatabaseConnection;

use crate::{
    api,
    auth::{Authenticate, Authenticator},
    connect::Pools,
    error::Error,
    hosts::Hosts,
    protocol::{
        bounds,
        case_fold::case_fold,
        id::ConnectionId,
        schema::{ResourceTypes, Schema},
    },
    provider::{self, PageEnds, Provider, Scans},
    runtime::{cursor_key, reindex, request_log::RequestLog, worker},
    store::{
        connection_check,
        database::Database,
        dialect::Dialect,
        migration,
        session::{Observer, Session},
    },
};

/// The service provider: cheap to clone, one for a process.
#[derive(Debug, Clone)]
pub struct ScimModule {
    provider: Arc<Provider>,
    authenticate: Authenticate,
    public_url: Option<String>,
}

/// Is told each statement, for the tests of this repository.
#[derive(Clone)]
struct StatementObserver(Observer);

impl std::fmt::Debug for StatementObserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StatementObserver")
    }
}

/// Settings of a [`ScimModule`] before it is built.
#[derive(Debug)]
pub struct Builder {
    pools: Pools,
    observer: Option<StatementObserver>,
    authenticate: Authenticate,
    public_url: Option<String>,
    page: u64,
    answered_members: u64,
    bulk_time: Duration,
    cursor_timeout: Duration,
    hosts_url: Option<String>,
    compresses: bool,
    user_extensions: Vec<&'static Schema>,
    group_extensions: Vec<&'static Schema>,
}

impl Builder {
    /// A connection for statements that only read; on SQLite give one of its own, so that readers never wait for writers.
    ///
    /// It must show what was written at once, so it is no replica that lags: clients read what they have just written.
    /// [`connect`](crate::connect()) gives both.
    #[must_use]
    pub fn reader(self, reader: DatabaseConnection) -> Self {
        Self { pools: Pools { reader, ..self.pools }, ..self }
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

    /// How long one Bulk request works, beyond which the operations that are left are answered with 503; 30 s unless set.
    #[must_use]
    pub fn bulk_time(self, time: Duration) -> Self {
        Self { bulk_time: time, ..self }
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

    /// Is told the text of each statement before it runs, BEGIN and COMMIT included.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    #[must_use]
    pub fn observe_statements(self, observer: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { observer: Some(StatementObserver(Arc::new(observer))), ..self }
    }

    /// Looks at the connections and builds the module.
    ///
    /// When the extensions are others than at the last start, every user and group is read and those that they touch are
    /// written anew, so that a start may take long; let no process with the former extensions run on then, for what it
    /// writes is brought into line at the next change of extensions alone.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a URL that is none, for cursors that end at once, and for a schema that cannot be served: a URN that is none or begins as another does, a name that
    /// is none or is there twice, a complex attribute inside a complex one.
    /// [`Error::NotMigrated`] without the tables. [`Error::Unfit`] with advice for a connection that would lose what was
    /// acknowledged, or cut or confuse values: on SQLite another journal than WAL, `synchronous` below FULL, or foreign
    /// keys off; on PostgreSQL a standby, `synchronous_commit` off or local, or an encoding other than UTF-8; on MySQL a server
    /// that is `read_only`, a `sql_mode` that is not strict, a character set other than utf8mb4, a binary log by statement, or a
    /// node of a Galera cluster whose connections do not wait for the others.
    pub async fn build(self) -> Result<ScimModule, Error> {
        self.check()?;
        let types = ResourceTypes::with(&self.user_extensions, &self.group_extensions).map_err(Error::Invalid)?;
        let Pools { writer, reader } = self.pools;
        let dialect = Dialect::detect(&writer).await?;
        let observer = self.observer.map(|observer| observer.0);
        let database = Database::new(writer, reader, dialect, observer);
        check_connection(database.read_latest().await?, true).await?;
        check_connection(database.read().await?, false).await?;
        if !migration::is_current(&database.read_latest().await?).await? {
            return Err(Error::NotMigrated);
        }
        let cursor_cipher = cursor_key::cursor_cipher(&database).await?;
        reindex::reindex(&database, &types).await?;
        let provider = Provider {
            database,
            cursor_cipher,
            cursor_timeout: i64::try_from(self.cursor_timeout.as_millis()).unwrap_or(i64::MAX),
            hosts_url: self.hosts_url,
            compresses: self.compresses,
            types,
            page: self.page,
            answered_members: self.answered_members,
            bulk_time: self.bulk_time,
            request_log: RequestLog::default(),
            page_ends: PageEnds::default(),
            scans: Scans::default(),
        };
        Ok(ScimModule { provider: Arc::new(provider), authenticate: self.authenticate, public_url: self.public_url })
    }

    fn check(&self) -> Result<(), Error> {
        if let Some(url) = self.public_url.as_deref().filter(|url| !is_url(url)) {
            return Err(Error::Invalid(format!("public_url is {url:?} and must be such as https://fleet.example.com")));
        }
        if let Some(url) = self.hosts_url.as_deref().filter(|url| !url.starts_with('/') && !is_url(url)) {
            return Err(Error::Invalid(format!(
                "hosts_url is {url:?} and must be a URL, or a path that begins with /"
            )));
        }
        if self.cursor_timeout.as_millis() == 0 {
            return Err(Error::Invalid("cursor_timeout is nothing, and every cursor would end at once".to_owned()));
        }
        Ok(())
    }
}

async fn check_connection(session: Session, warns: bool) -> Result<(), Error> {
    if warns {
        connection_check::warn(&session).await?;
    }
    match connection_check::check(&session).await? {
        Some(unfit) => Err(Error::Unfit { found: unfit.found, advice: unfit.advice }),
        None => Ok(()),
    }
}

/// Whether a text is the URL of a place on the web, without a query.
fn is_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    })
}

impl ScimModule {
    /// Starts with the host's pools, as [`connect`](crate::connect()) opens them, or one pool for everything, and its tokens.
    pub fn builder(pools: impl Into<Pools>, authenticator: impl Authenticator) -> Builder {
        Builder {
            pools: pools.into(),
            observer: None,
            authenticate: Authenticate::new(authenticator),
            public_url: None,
            page: bounds::PAGE,
            answered_members: bounds::ANSWERED_MEMBERS,
            bulk_time: bounds::BULK_TIME,
            cursor_timeout: CURSOR_TIMEOUT,
            hosts_url: None,
            compresses: true,
            user_extensions: vec![],
            group_extensions: vec![],
        }
    }

    /// Creates the tables, or what a newer version adds to them; running it again does nothing.
    ///
    /// Everything is prefixed `scim_`, the view `host_scim_user` alone excepted, and the ledger is one of its own. Several
    /// processes may do it at the same moment: one does, the others wait, up to a minute (on SQLite as long as the
    /// connection's busy timeout). On SQLite and PostgreSQL it is one transaction; on MySQL, whose role must be allowed to
    /// create views, each statement is one, and a step that was cut off is completed by the next call. The lock is one server's:
    /// on a Galera cluster call it on one node. Another node waits while a step is on its way, and takes it over after a minute.
    ///
    /// # Errors
    /// [`Error::Database`] when a statement fails, when another process holds the lock for longer, and, in a sentence and before
    /// anything is touched, when a table of one of our names is there that no step of ours made, or tables of a version from
    /// before the first release.
    pub async fn migrate(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(migration::up(database).await?)
    }

    /// Drops everything [`ScimModule::migrate`] created, with all users and groups; the empty ledger stays.
    ///
    /// # Errors
    /// [`Error::Database`] when a statement fails.
    pub async fn revert(database: &DatabaseConnection) -> Result<(), Error> {
        Ok(migration::down(database).await?)
    }

    /// Whether requests can be served: the database is reached, may be written and has every table, as its readiness probe asks.
    ///
    /// It answers within 7 s, and within 1 s while the database is known to be away.
    ///
    /// # Errors
    /// [`Error::NotMigrated`] without the tables, [`Error::Database`] when the database is away or lets nobody write.
    pub async fn ready(&self) -> Result<(), Error> {
        match provider::is_migrated(&self.provider).await? {
            true => Ok(()),
            false => Err(Error::NotMigrated),
        }
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
        Hosts::new(&self.provider.database)
    }

    /// The connection of this name, made when it is not there; give it to the [`Principal`](crate::Principal)s of its tokens.
    ///
    /// Names are the same in whatever letter case.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that is empty or longer than 512 characters, [`Error::Database`] when a statement
    /// fails.
    pub async fn ensure_connection(&self, name: &str) -> Result<ConnectionId, Error> {
        if name.trim().is_empty() || !bounds::fits_key(name) || !bounds::fits_key(&case_fold(name)) {
            return Err(Error::Invalid(format!("a connection's name has 1 to {} characters", bounds::KEY)));
        }
        Ok(provider::ensure_connection(&self.provider, name).await?)
    }

    /// Whether a PATCH that replaces the members of a group only adds them, for a connection whose identity provider
    /// sends one member at a time that way (seen of Entra ID jobs, snipe-it#19096). Off unless set.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a connection that is not there, [`Error::Database`] when the statement fails.
    pub async fn set_additive_replace(&self, connection: ConnectionId, additive: bool) -> Result<(), Error> {
        match provider::set_additive_replace(&self.provider, connection, additive).await? {
            true => Ok(()),
            false => Err(Error::Invalid(format!("there is no connection {}", connection.0))),
        }
    }

    /// Everything that is done in the background: writing the request log and forgetting what is old.
    ///
    /// Spawn it, and await it after `shutdown` is done: it writes what is left and returns. Without it `/details` shows
    /// this process's own last request and forgets it at the end.
    pub fn worker(
        &self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        worker::work(self.provider.clone(), shutdown)
    }
}

/// How long a cursor is good for, unless the host says otherwise.
const CURSOR_TIMEOUT: Duration = Duration::from_secs(3600);
