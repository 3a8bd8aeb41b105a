//! How a session begins: isolation level included, in one round trip.

use std::{sync::Arc, time::Duration};

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, TransactionTrait, sqlx};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit},
    time::{Instant, timeout},
};

use super::{
    super::clock::Clock, Observer, SESSION, STATEMENT, Session, State, handle::Handle, interrupt::Interrupt,
    run::no_answer,
};
use crate::{
    protocol::id::RequestId,
    store::{dialect::Dialect, request_id::new_request_id, signals::Signals},
};

/// How long PostgreSQL may take to begin a write transaction.
const BEGIN: Duration = Duration::from_secs(1);

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Write,
    /// Several reads that see one state of the database, whatever is written meanwhile.
    Snapshot,
    /// Creating or changing the tables, however long it takes.
    Migrate,
}

impl Session {
    /// Opens a session for single statements, each of which is its own transaction.
    ///
    /// # Errors
    /// If no database connection is available in time.
    pub async fn open(pool: &DatabaseConnection, dialect: Dialect, observer: Option<Observer>) -> Result<Self, DbErr> {
        let mut handle = Handle::acquire(pool).await?;
        let interrupt = handle.watched().await?;
        Ok(Self::of(handle, interrupt, dialect, RequestId::NONE, observer, None))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// If no database connection is available in time, or the server does not accept writes: a primary that has become a
    /// standby.
    pub async fn begin(
        pool: &DatabaseConnection,
        dialect: Dialect,
        purpose: Purpose,
        request: RequestId,
        observer: Option<Observer>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Self, DbErr> {
        let mut handle = match purpose {
            Purpose::Write => Handle::acquire_unasked(pool).await?,
            Purpose::Snapshot | Purpose::Migrate => Handle::acquire(pool).await?,
        };
        let interrupt = handle.watched().await?;
        let mut session = Self::of(handle, interrupt, dialect, request, observer, permit);
        if purpose == Purpose::Migrate {
            session = session.unhurried();
        }
        let begin = begin_sql(dialect, purpose);
        session.observe(&begin);
        let mut state = session.state.lock().await;
        state.in_transaction = true;
        let begun = session.in_time(state.claim()?.execute_unprepared(&begin));
        let begun = match (dialect, purpose) {
            // A node that vanished does not answer, and the next database connection may lead to another node. SQLite waits
            // for other processes, and Galera for other nodes.
            (Dialect::Postgres, Purpose::Write) => timeout(BEGIN, begun).await.unwrap_or_else(|_| Err(no_answer())),
            _ => begun.await,
        };
        let outcome = begun.map_err(may_not_write);
        state.note_outcome(&outcome);
        // A transaction that never began needs no ROLLBACK, and a server that refuses writes is not asked again.
        state.lost |= outcome.is_err();
        drop(state);
        outcome.map(|_| session)
    }

    /// Sets a savepoint in a transaction of the host; whether that is committed is up to the host.
    ///
    /// # Errors
    /// If the savepoint cannot be set.
    pub async fn within(transaction: &DatabaseTransaction, dialect: Dialect) -> Result<Self, DbErr> {
        let savepoint = timeout(STATEMENT, transaction.begin()).await.unwrap_or_else(|_| Err(no_answer()))?;
        let session = Self::of(Handle::Host(savepoint), Interrupt::never(), dialect, new_request_id(), None, None);
        session.state.lock().await.in_transaction = true;
        Ok(session)
    }

    /// Makes the session take the time from a clock.
    pub fn told_by(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes the session say when it has committed entries of `scim_changes`.
    pub fn signalling(mut self, signals: Arc<Signals>) -> Self {
        self.signals = Some(signals);
        self
    }

    /// Removes the time limit from the session's statements.
    pub fn unhurried(mut self) -> Self {
        self.deadline = None;
        self
    }

    /// Makes the session close its database connection when it ends, not give it back: it holds a lock that belongs to that
    /// connection.
    pub fn closed_afterwards(mut self) -> Self {
        self.state.get_mut().closes = true;
        self
    }

    fn of(
        handle: Handle,
        interrupt: Interrupt,
        dialect: Dialect,
        request: RequestId,
        observer: Option<Observer>,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            state: Mutex::new(State {
                handle: Some(handle),
                in_transaction: false,
                failed: false,
                lost: false,
                closes: false,
            }),
            dialect,
            deadline: Some(Instant::now() + SESSION),
            request,
            change: std::sync::Mutex::default(),
            observer,
            clock: Clock::default(),
            signals: None,
            interrupt,
            permit,
        }
    }
}

/// Recognises a standby: PostgreSQL answers BEGIN READ WRITE there with "feature not supported".
fn may_not_write(error: DbErr) -> DbErr {
    match &error {
        DbErr::Exec(RuntimeErr::SqlxError(source)) => match &**source {
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| code == "0A000") => {
                DbErr::Conn(RuntimeErr::Internal("the server is a standby and lets nobody write".to_owned()))
            }
            _ => error,
        },
        _ => error,
    }
}

/// Writes the BEGIN statement. SQLite uses IMMEDIATE: a deferred transaction that reads and then writes fails with 517 under
/// concurrency, and no timeout helps. The others use READ COMMITTED, whatever the server's default: the locking read must
/// see the latest row. A standby or a read-only server refuses READ WRITE before anything is done.
fn begin_sql(dialect: Dialect, purpose: Purpose) -> String {
    match (dialect, purpose) {
        (Dialect::Sqlite, Purpose::Write | Purpose::Migrate) => "BEGIN IMMEDIATE".to_owned(),
        (Dialect::Sqlite, Purpose::Snapshot) => "BEGIN".to_owned(),
        (Dialect::Postgres, Purpose::Migrate) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE".to_owned(),
        (Dialect::Postgres, Purpose::Write | Purpose::Snapshot) => {
            let isolation = match purpose {
                Purpose::Snapshot => "REPEATABLE READ READ ONLY",
                Purpose::Write | Purpose::Migrate => "READ COMMITTED READ WRITE",
            };
            // SET LOCAL ends with the transaction; poolers refuse settings that would stay.
            format!(
                "BEGIN ISOLATION LEVEL {isolation}; SET LOCAL statement_timeout = {}; \
                 SET LOCAL idle_in_transaction_session_timeout = {}",
                STATEMENT.as_millis(),
                SESSION.as_millis()
            )
        }
        (Dialect::MariaDb | Dialect::MySql, Purpose::Write | Purpose::Migrate) => {
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION READ WRITE".to_owned()
        }
        (Dialect::MariaDb | Dialect::MySql, Purpose::Snapshot) => {
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION READ ONLY".to_owned()
        }
    }
}
