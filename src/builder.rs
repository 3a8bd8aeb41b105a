//! The builder: settings, and the checks before a module serves.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use poem::http::Uri;
use sea_orm::DatabaseConnection;
use tokio::sync::Notify;

#[cfg(feature = "client-assertion")]
use crate::keys::{KeySource, SigningKeys};
use crate::{
    auth::{Authenticate, Authenticator},
    connect::Pools,
    error::Error,
    module::ScimModule,
    protocol::{
        bounds,
        schema::{ResourceTypes, Schema},
    },
    provider::{PageEnds, Provider, Scans, connections},
    runtime::{admission::Admission, cursor_key, metrics, reindex, request_log::RequestLog},
    store::{
        clock::Clock,
        connection_check,
        database::Database,
        dialect::Dialect,
        migration,
        session::{Observer, Session},
    },
};

/// How long a cursor is valid, unless the host sets another time.
const CURSOR_TIMEOUT: Duration = Duration::from_secs(3600);
/// How long changes are kept.
const CHANGES_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Receives each statement, for the tests of this repository.
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
    clock: Clock,
    authenticate: Authenticate,
    public_url: Option<String>,
    page: u64,
    answered_members: u64,
    bulk_time: Duration,
    cursor_timeout: Duration,
    changes_kept: Duration,
    hosts_url: Option<String>,
    mount_path: Option<String>,
    compresses: bool,
    user_extensions: Vec<&'static Schema>,
    group_extensions: Vec<&'static Schema>,
    #[cfg(feature = "client-assertion")]
    signing_keys: Option<SigningKeys>,
}

impl ScimModule {
    /// Starts a builder with the host's pools, as [`connect`](crate::connect()) opens them, or one pool for everything, and
    /// its tokens.
    pub fn builder(pools: impl Into<Pools>, authenticator: impl Authenticator) -> Builder {
        Builder::new(pools.into(), Authenticate::new(authenticator))
    }
}

impl Builder {
    fn new(pools: Pools, authenticate: Authenticate) -> Self {
        Self {
            pools,
            observer: None,
            clock: Clock::default(),
            authenticate,
            public_url: None,
            page: bounds::PAGE,
            answered_members: bounds::ANSWERED_MEMBERS,
            bulk_time: bounds::BULK_TIME,
            cursor_timeout: CURSOR_TIMEOUT,
            changes_kept: CHANGES_KEPT,
            hosts_url: None,
            mount_path: None,
            compresses: true,
            user_extensions: vec![],
            group_extensions: vec![],
            #[cfg(feature = "client-assertion")]
            signing_keys: None,
        }
    }

    /// Sets a pool for statements that only read; on SQLite give it one of its own, so that readers never wait for writers.
    ///
    /// It must show writes at once, so it cannot be a replica that lags: clients read what they have just written.
    /// [`connect`](crate::connect()) opens both.
    #[must_use]
    pub fn reader(self, reader: DatabaseConnection) -> Self {
        Self { pools: Pools { reader, ..self.pools }, ..self }
    }

    /// Sets the URL at which clients reach the host server, such as `https://fleet.example.com`; locations begin with it.
    ///
    /// Without it, locations follow each request's Host header, and a warning is logged once. Forwarded headers are ignored.
    #[must_use]
    pub fn public_url(self, url: impl Into<String>) -> Self {
        Self { public_url: Some(url.into()), ..self }
    }

    /// Sets the largest number of resources on one page, from 1 to 1,000; 200 unless set. Anything else is refused by
    /// [`build`](Builder::build).
    #[must_use]
    pub fn max_page(self, resources: u64) -> Self {
        Self { page: resources, ..self }
    }

    /// Sets up to how many members a PATCH of a group answers with the whole group; beyond that it answers 204. 1,000 unless
    /// set.
    #[must_use]
    pub fn answered_members(self, members: u64) -> Self {
        Self { answered_members: members, ..self }
    }

    /// Sets how long one Bulk request may run; the operations left after that are answered with 503. 30 s unless set.
    #[must_use]
    pub fn bulk_time(self, time: Duration) -> Self {
        Self { bulk_time: time, ..self }
    }

    /// Sets how long a cursor of a page is valid; an hour unless set. `/ServiceProviderConfig` shows it in whole seconds.
    #[must_use]
    pub fn cursor_timeout(self, timeout: Duration) -> Self {
        Self { cursor_timeout: timeout, ..self }
    }

    /// Sets how long [`changes`](ScimModule::changes) are kept, a day at least; 30 days unless set. A host that has not read for
    /// longer is told so, and begins anew.
    #[must_use]
    pub fn changes_kept(self, time: Duration) -> Self {
        Self { changes_kept: time, ..self }
    }

    /// Sets where the host server serves its hosts: a URL, or a path of this server such as `/api/v1/fleet/hosts`. The
    /// `$ref` of a host is this, a slash and the host's id. Unless set it is `hosts` next to the mount.
    #[must_use]
    pub fn hosts_url(self, url: impl Into<String>) -> Self {
        Self { hosts_url: Some(url.into()), ..self }
    }

    /// Sets the path that [`endpoint`](ScimModule::endpoint) is nested at, such as `/api/v1/fleet/scim`.
    ///
    /// The path of each request tells it, but two have none: the URLs that [`Native`](crate::Native) gives, and tests with poem's
    /// `TestClient`.
    #[must_use]
    pub fn mount_path(self, path: impl Into<String>) -> Self {
        Self { mount_path: Some(path.into()), ..self }
    }

    /// Sets where the time comes from: `meta.created`, `meta.lastModified`, when a cursor ends, and the request log have it.
    /// The clock of the system unless set. What a host tells inside its own transaction has the system's time.
    #[must_use]
    pub fn clock(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self { clock: Clock::new(now), ..self }
    }

    /// Leaves gzip to the host server, whose own middleware would otherwise compress the answers a second time.
    ///
    /// Otherwise answers larger than 14,600 bytes are compressed for clients that ask for it.
    #[must_use]
    pub fn without_compression(self) -> Self {
        Self { compresses: false, ..self }
    }

    /// Registers an extension of users: it is validated, filtered, sorted, projected and advertised like the built-in ones.
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

    /// Sets where the keys come from that identity providers sign assertions with. Without it no assertion is accepted.
    #[cfg(feature = "client-assertion")]
    #[must_use]
    pub fn key_source(self, source: impl KeySource) -> Self {
        Self { signing_keys: Some(SigningKeys::new(source)), ..self }
    }

    /// Sets a function that receives the text of each statement before it runs, including BEGIN and COMMIT.
    #[cfg(feature = "internals")]
    #[doc(hidden)]
    #[must_use]
    pub fn observe_statements(self, observer: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { observer: Some(StatementObserver(Arc::new(observer))), ..self }
    }

    /// Checks the database connections and builds the module.
    ///
    /// If the registered extensions changed since the last start, every user and group is read and those affected are
    /// rewritten, so a start may take long. Stop every process that still has the old extensions first: what it writes is
    /// only updated at the next change of extensions.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a setting that cannot be, by its name, and for a schema that cannot be served: an
    /// invalid URN or one that begins like another, an invalid or duplicate name, a complex attribute inside a complex one.
    /// [`Error::NotMigrated`] if the tables do not exist. [`Error::Unfit`] with advice for a database connection that would
    /// lose what was acknowledged, or truncate or confuse values: on SQLite a journal mode other than WAL, `synchronous`
    /// below FULL, or foreign keys off; on PostgreSQL a standby, `synchronous_commit` off or local, or an encoding other
    /// than UTF-8; on MySQL a server that is `read_only`, a `sql_mode` that is not strict, a character set other than
    /// utf8mb4, a statement-based binary log, or a node of a Galera cluster whose connections do not wait for the other
    /// nodes.
    pub async fn build(self) -> Result<ScimModule, Error> {
        self.check()?;
        let types = ResourceTypes::with(&self.user_extensions, &self.group_extensions).map_err(Error::Invalid)?;
        let Pools { writer, reader } = self.pools;
        let dialect = Dialect::detect(&writer).await?;
        let observer = self.observer.map(|observer| observer.0);
        let database = Database::new(writer, reader, dialect, observer, self.clock);
        check_connection(database.read_latest().await?, true).await?;
        check_connection(database.read().await?, false).await?;
        if !migration::is_current(&database.read_latest().await?).await? {
            return Err(Error::NotMigrated);
        }
        metrics::describe();
        let cursor_cipher = cursor_key::cursor_cipher(&database).await?;
        reindex::reindex(&database, &types).await?;
        connections::complete(&database).await?;
        let provider = Provider {
            database,
            cursor_cipher,
            cursor_timeout: i64::try_from(self.cursor_timeout.as_millis()).unwrap_or(i64::MAX),
            changes_kept: i64::try_from(self.changes_kept.as_millis()).unwrap_or(i64::MAX),
            hosts_url: self.hosts_url,
            mount_path: self.mount_path,
            compresses: self.compresses,
            types,
            page: self.page,
            answered_members: self.answered_members,
            bulk_time: self.bulk_time,
            admission: Admission::default(),
            connection_work: Notify::new(),
            request_log: RequestLog::default(),
            page_ends: PageEnds::default(),
            scans: Scans::default(),
            #[cfg(feature = "client-assertion")]
            signing_keys: self.signing_keys,
        };
        Ok(ScimModule::new(Arc::new(provider), self.authenticate, self.public_url))
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
        if let Some(path) = self.mount_path.as_deref().filter(|path| !path.starts_with('/')) {
            return Err(Error::Invalid(format!("mount_path is {path:?} and must be a path that begins with /")));
        }
        if !(1..=bounds::LARGEST_PAGE).contains(&self.page) {
            let largest = bounds::LARGEST_PAGE;
            return Err(Error::Invalid(format!("max_page is {} and must be 1 to {largest}", self.page)));
        }
        if self.bulk_time.is_zero() {
            return Err(Error::Invalid("bulk_time is nothing, and no operation would be tried".to_owned()));
        }
        if self.changes_kept < DAY {
            return Err(Error::Invalid(
                "changes_kept is less than a day: a host that stands still for longer misses some".to_owned(),
            ));
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

/// Says whether a text is a web URL without a query.
fn is_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    })
}
