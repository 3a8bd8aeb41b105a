//! A session with the database that is not shared: the outcome of each statement is known, so a database connection in doubt
//! is never used again.
//!
//! sea-orm's transaction hides its connection. When SQLite rolled back by itself on a full disk, the driver's own ROLLBACK
//! failed, its depth stayed at one, and every later transaction became a savepoint in one that nobody committed:
//! acknowledged writes were lost (2026-11-26).

mod begin;
mod end;
mod handle;
mod interrupt;
mod run;

use std::{
    fmt,
    sync::{Arc, PoisonError},
    time::Duration,
};

use sea_orm::{DbBackend, DbErr};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit},
    time::Instant,
};

use super::{clock::Clock, dialect::Dialect, signals::Signals, transient::transient};
use crate::protocol::id::RequestId;
use handle::Handle;
use interrupt::Interrupt;
pub use {begin::Purpose, end::CommitError};

/// Receives the text of each statement before it runs; for tests that count statements.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// How long one statement may take. A node that lost power never answers and never closes its connections either.
pub const STATEMENT: Duration = Duration::from_secs(8);
/// How long all statements of a session may take together.
pub const SESSION: Duration = Duration::from_secs(60);

/// A database connection from the pool, with a transaction or for single statements, or a savepoint in a transaction of the
/// host.
///
/// In a transaction nothing but ROLLBACK follows a failed statement. Unless COMMIT or ROLLBACK succeeded, the database
/// connection is closed when the session ends, and so is one whose statement was cut off.
pub struct Session {
    state: Mutex<State>,
    dialect: Dialect,
    /// `None` if statements have no time limit: a migration.
    deadline: Option<Instant>,
    /// The request that writes; its entries in `scim_changes` carry this id.
    request: RequestId,
    /// The last entry appended to `scim_changes`: it exists if, and only if, the transaction was committed.
    change: std::sync::Mutex<Option<i64>>,
    observer: Option<Observer>,
    clock: Clock,
    /// Told when entries of `scim_changes` are committed.
    signals: Option<Arc<Signals>>,
    /// When SQLite stops a statement, whether anybody still waits for it or not.
    interrupt: Interrupt,
    /// The only permit for a writer of SQLite.
    permit: Option<OwnedSemaphorePermit>,
}

struct State {
    /// `None` once it was given back or closed.
    handle: Option<Handle>,
    in_transaction: bool,
    /// Whether a statement failed.
    failed: bool,
    /// Whether the server did not answer, or the database connection is gone: it is not used again. While a statement runs
    /// both flags are set, so that they stay set if its future is dropped.
    lost: bool,
    /// Whether the database connection holds something that only closing it releases.
    closes: bool,
}

impl Session {
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub const fn backend(&self) -> DbBackend {
        self.dialect.backend()
    }

    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// Returns the time, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Returns the time of a change: later than the previous one, whatever this process' clock says. Clients ask for what
    /// changed since the latest time they saw, and a process whose clock was a day slow hid its changes from them
    /// (2026-11-26).
    pub fn later_than(&self, updated_at: i64) -> i64 {
        self.now().max(updated_at.saturating_add(1))
    }

    /// Remembers an entry of `scim_changes` that this transaction appended.
    pub fn remember_change(&self, id: i64) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = Some(id);
    }

    /// Returns the last entry that was appended, if any.
    pub fn last_change(&self) -> Option<i64> {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn observe(&self, statement: &str) {
        if let Some(observer) = &self.observer {
            observer(statement);
        }
    }
}

impl State {
    /// Claims the database connection for a statement.
    ///
    /// # Errors
    /// After a failed statement of a transaction: only ROLLBACK may follow, otherwise the rest would be committed without
    /// it.
    fn claim(&mut self) -> Result<&mut Handle, DbErr> {
        if self.failed {
            return Err(DbErr::Custom("a statement of this transaction failed: only ROLLBACK may follow".to_owned()));
        }
        (self.failed, self.lost) = (true, true);
        self.handle.as_mut().ok_or_else(|| DbErr::Custom("the session has ended".to_owned()))
    }

    /// Records the outcome of a statement.
    fn note_outcome<T>(&mut self, outcome: &Result<T, DbErr>) {
        let Err(error) = outcome else {
            (self.failed, self.lost) = (false, false);
            return;
        };
        self.lost = !handle::is_answer(error);
        // Outside a transaction, a refusal by the server leaves the database connection as it was.
        self.failed = self.in_transaction || self.lost || transient(error).is_some();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        let handle = match state.handle.take() {
            None => return,
            // The driver rolls back to the savepoint; a ROLLBACK of ours would end the host's whole transaction.
            Some(Handle::Host(savepoint)) => return drop(savepoint),
            Some(handle) => handle,
        };
        let in_order = !state.lost && !state.failed;
        match tokio::runtime::Handle::try_current() {
            // A future was dropped between two statements, or a refusal came in the middle of reading.
            Ok(runtime) if state.in_transaction && !state.lost => {
                runtime.spawn(end::undo(handle, self.permit.take()));
            }
            Ok(_) if in_order && !state.in_transaction && !state.closes => handle.give_back(),
            _ => handle.discard(),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("dialect", &self.dialect)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
