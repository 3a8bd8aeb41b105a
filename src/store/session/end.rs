//! How a transaction ends: committed, not committed, or in doubt.

use std::time::Duration;

use sea_orm::{DbErr, TransactionSession};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{STATEMENT, Session, State, handle::Handle, run::no_answer};
use crate::store::transient;

/// How long a ROLLBACK may take; closing the database connection rolls back as well.
const ROLLBACK: Duration = Duration::from_secs(1);

/// Why a transaction was not committed, or may not have been.
#[derive(Debug)]
pub enum CommitError {
    /// It was not committed.
    Refused(DbErr),
    /// The database connection was lost during COMMIT: the transaction may or may not be committed. Its entry of
    /// `scim_changes` tells which, if it appended one.
    InDoubt(DbErr, Option<i64>),
}

impl From<CommitError> for DbErr {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused(error) | CommitError::InDoubt(error, _) => error,
        }
    }
}

impl Session {
    /// Commits the transaction and gives its database connection back.
    ///
    /// # Errors
    /// [`CommitError`]; the database connection is then closed. Nothing is committed after a failed statement.
    pub async fn commit(self) -> Result<(), CommitError> {
        self.observe("COMMIT");
        let change = self.last_change();
        let mut state = self.state.lock().await;
        if let Some(Handle::Host(_)) = &state.handle {
            return release(&mut state).await;
        }
        let handle = state.claim().map_err(CommitError::Refused)?;
        let outcome = self.in_time(handle.execute_unprepared("COMMIT")).await;
        // By default the database connection is closed: unless the server confirms success, it is not used again.
        match outcome {
            Ok(_) => {
                state.end();
                if let (Some(signals), Some(_)) = (&self.signals, change) {
                    signals.written.notify_one();
                }
                Ok(())
            }
            Err(error) if transient::refuses_commit(&error) => Err(CommitError::Refused(error)),
            Err(error) => Err(CommitError::InDoubt(error, change)),
        }
    }

    /// Rolls back and gives the database connection back; if that takes longer than a second, the database connection is
    /// closed, which also rolls back.
    pub async fn rollback(self) {
        self.observe("ROLLBACK");
        let mut state = self.state.lock().await;
        if let Some(Handle::Host(_)) = &state.handle {
            // If this fails, the host's own transaction fails too.
            match state.handle.take() {
                Some(Handle::Host(savepoint)) if !state.lost => {
                    let _ = timeout(ROLLBACK, savepoint.rollback()).await;
                }
                handle => drop(handle),
            }
            return;
        }
        if state.lost {
            return;
        }
        // If it was too late or was cancelled, nothing more is sent: the database connection is closed.
        state.lost = true;
        let Some(handle) = &mut state.handle else { return };
        if let Ok(Ok(_)) = timeout(ROLLBACK, handle.execute_unprepared("ROLLBACK")).await {
            state.end();
        }
    }

    /// Ends a transaction that only read: a failure here does not change what was read.
    pub async fn end_read(self) {
        self.observe("COMMIT");
        let mut state = self.state.lock().await;
        let Ok(handle) = state.claim() else { return };
        if let Ok(Ok(_)) = timeout(ROLLBACK, handle.execute_unprepared("COMMIT")).await {
            state.end();
        }
    }
}

impl State {
    /// Notes that COMMIT or ROLLBACK succeeded: the database connection is in order.
    const fn end(&mut self) {
        (self.in_transaction, self.failed, self.lost) = (false, false, false);
    }
}

/// Rolls back a session that nobody ended.
pub(super) async fn undo(mut handle: Handle, permit: Option<OwnedSemaphorePermit>) {
    if let Ok(Ok(_)) = timeout(ROLLBACK, handle.execute_unprepared("ROLLBACK")).await {
        handle.give_back();
    } else {
        handle.discard();
    }
    drop(permit);
}

/// Releases a savepoint into the host's transaction.
async fn release(state: &mut State) -> Result<(), CommitError> {
    if state.failed {
        return Err(CommitError::Refused(DbErr::Custom("a statement failed before".to_owned())));
    }
    match state.handle.take() {
        Some(Handle::Host(savepoint)) => {
            let released = timeout(STATEMENT, TransactionSession::commit(savepoint)).await;
            released.unwrap_or_else(|_| Err(no_answer())).map_err(CommitError::Refused)
        }
        _ => Ok(()),
    }
}
