//! The host's pools, and the sessions taken from them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{DatabaseConnection, DbErr};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    changes,
    clock::Clock,
    dialect::Dialect,
    operation_error::OperationError,
    session::{Observer, Purpose, Session},
    signals::Signals,
    statistics,
    transient::{Transient, transient},
};
use crate::protocol::id::RequestId;

/// How long to wait for a session while the database is known not to answer: the client is told within a second, not after
/// five. Once the database is back, opening a database connection takes a few milliseconds.
const WHILE_AWAY: Duration = Duration::from_millis(700);
/// The longest wait for a session, whatever the host's pool allows.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long analysing a table may take.
const ANALYZE: Duration = Duration::from_secs(60);
/// How many database connections of a pool are tried in turn: after a switchover all the old ones lead to the old primary.
const STALE: u32 = 64;

#[derive(Clone)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// SQLite has one writer: the others wait here and do not take up the connections that readers need.
    gate: Option<Arc<Semaphore>>,
    dialect: Dialect,
    /// Whether the last session could not be opened, or got no answer.
    away: Arc<AtomicBool>,
    observer: Option<Observer>,
    clock: Clock,
    signals: Arc<Signals>,
}

impl Database {
    pub fn new(
        writer: DatabaseConnection,
        reader: DatabaseConnection,
        dialect: Dialect,
        observer: Option<Observer>,
        clock: Clock,
    ) -> Self {
        let gate = (dialect == Dialect::Sqlite).then(|| Arc::new(Semaphore::new(1)));
        Self { writer, reader, gate, dialect, away: Arc::default(), observer, clock, signals: Arc::default() }
    }

    /// Returns the time, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Opens a session for single statements that read.
    pub async fn read(&self) -> Result<Session, OperationError> {
        self.watched(Session::open(&self.reader, self.dialect, self.observer.clone())).await
    }

    /// Opens a session like [`Database::read`], for what is no part of the request that happens to need it.
    pub async fn read_unobserved(&self) -> Result<Session, OperationError> {
        self.watched(Session::open(&self.reader, self.dialect, None)).await
    }

    /// Opens a session like [`Database::read`], for data that a lagging reader may not have yet.
    pub async fn read_latest(&self) -> Result<Session, OperationError> {
        self.watched(Session::open(&self.writer, self.dialect, self.observer.clone())).await
    }

    /// Begins a transaction that sees one state of the database, whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<Session, OperationError> {
        let begin = || {
            Session::begin(&self.reader, self.dialect, Purpose::Snapshot, RequestId::NONE, self.observer.clone(), None)
        };
        self.watched(begin()).await
    }

    /// Begins a transaction that writes.
    pub async fn begin(&self, request: RequestId) -> Result<Session, OperationError> {
        let permit = self.permit().await?;
        let mut permit = Some(permit);
        let begin = async {
            let mut tries = 0;
            loop {
                tries += 1;
                let permit = permit.take().flatten();
                let observer = self.observer.clone();
                let begun = Session::begin(&self.writer, self.dialect, Purpose::Write, request, observer, permit).await;
                match begun {
                    // A stale database connection: it is closed, and the next one is used.
                    Err(error) if self.gate.is_none() && tries < STALE && is_of_connection(&error) => {}
                    begun => break begun,
                }
            }
        };
        self.watched(begin).await
    }

    /// Analyses those of our tables whose size the planner does not know.
    pub async fn renew_statistics(&self) -> Result<(), OperationError> {
        if self.dialect == Dialect::Postgres {
            let tables = statistics::unknown(&self.read_latest().await?).await?;
            for table in tables {
                let session = self.read_latest().await?.unhurried();
                timeout(ANALYZE, statistics::analyze(&session, &table)).await.map_err(|_| too_late())??;
            }
        }
        Ok(())
    }

    /// Says whether an entry of `scim_changes` exists that this request appended, and so whether its transaction was
    /// committed.
    pub async fn has_change(&self, id: i64, request: RequestId) -> Result<bool, OperationError> {
        changes::is_there(&self.read_latest().await?, id, request).await
    }

    /// Says whether a failure on this database is transient.
    pub fn transient(&self, failure: &OperationError) -> Option<Transient> {
        let transient = failure.transient();
        if transient == Some(Transient::Unavailable) {
            self.away.store(true, Ordering::Relaxed);
        }
        // On Galera, a locking read in a transaction that another node aborted can return NULL in a column that is never
        // NULL (MariaDB 10.11, 2026-11-26).
        if self.dialect == Dialect::MariaDb && matches!(failure, OperationError::Database(DbErr::Type(_))) {
            return Some(Transient::Conflict);
        }
        transient
    }

    async fn permit(&self) -> Result<Option<OwnedSemaphorePermit>, OperationError> {
        let Some(gate) = &self.gate else { return Ok(None) };
        let permit = timeout(PATIENCE, gate.clone().acquire_owned()).await.map_err(|_| too_late())?;
        permit.map(Some).map_err(|_| too_late())
    }

    async fn watched(&self, session: impl Future<Output = Result<Session, DbErr>>) -> Result<Session, OperationError> {
        let patience = if self.away.load(Ordering::Relaxed) { WHILE_AWAY } else { PATIENCE };
        let session = timeout(patience, session).await.map_err(|_| too_late()).and_then(|session| Ok(session?));
        let away = match &session {
            Ok(_) => false,
            Err(failure) => failure.transient() == Some(Transient::Unavailable),
        };
        self.away.store(away, Ordering::Relaxed);
        Ok(session?.told_by(self.clock.clone()).signalling(self.signals.clone()))
    }
}

fn too_late() -> OperationError {
    DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::Timeout).into()
}

/// Says whether another database connection may succeed.
fn is_of_connection(error: &DbErr) -> bool {
    matches!(error, DbErr::Exec(_) | DbErr::Query(_) | DbErr::Conn(sea_orm::RuntimeErr::Internal(_)))
        && transient(error) == Some(Transient::Unavailable)
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
