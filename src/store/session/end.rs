//! How a transaction ends: committed for certain, not committed for certain, or in doubt.

use std::time::Duration;

use sea_orm::{DbErr, TransactionSession};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{STATEMENT, Session, State, handle::Handle, run::no_answer};
use crate::store::transient;

/// How long a ROLLBACK may take; a connection that is closed rolls back as well.
const ROLLBACK: Duration = Duration::from_secs(1);

/// Why a transaction was not committed, as far as that is known.
#[derive(Debug)]
pub enum CommitError {
    /// It was not.
    Refused(DbErr),
    /// The connection was lost while it was being committed: it may have been or not. The entry of `scim_changes` tells,
    /// if the transaction appended one.
    InDoubt(DbErr, Option<i64>),
}

impl Session {
    /// Commits the transaction and gives its connection back.
    ///
    /// # Errors
    /// [`CommitError`]; the connection is closed then. Nothing is committed after a statement that failed.
    pub async fn commit(self) -> Result<(), CommitError> {
        self.observe("COMMIT");
        let change = self.last_change();
        let mut state = self.state.lock().await;
        if let Some(Handle::Host(_)) = &state.handle {
            return release(&mut state).await;
        }
        let handle = state.claim().map_err(CommitError::Refused)?;
        let outcome = self.in_time(handle.execute_unprepared("COMMIT")).await;
        // Left as it is, the connection is closed: unless the server says that all is well, nothing more is asked of it.
        match outcome {
            Ok(_) => {
                state.end();
                Ok(())
            }
            Err(error) if transient::refuses_commit(&error) => Err(CommitError::Refused(error)),
            Err(error) => Err(CommitError::InDoubt(error, change)),
        }
    }

    /// Rolls back and gives the connection back; one that does not roll back in a second is closed, which does so too.
    pub async fn rollback(self) {
        self.observe("ROLLBACK");
        let mut state = self.state.lock().await;
        if let Some(Handle::Host(_)) = &state.handle {
            // Where this fails the host's own transaction does too.
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
        // Late or given up, it is not asked again: the connection is closed.
        state.lost = true;
        let Some(handle) = &mut state.handle else { return };
        if let Ok(Ok(_)) = timeout(ROLLBACK, handle.execute_unprepared("ROLLBACK")).await {
            state.end();
        }
    }

    /// Ends a transaction that only read: whether that is acknowledged changes nothing of what was read.
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
    /// COMMIT or ROLLBACK succeeded: the connection is in order.
    const fn end(&mut self) {
        (self.in_transaction, self.failed, self.lost) = (false, false, false);
    }
}

/// Rolls a session back that nobody ended.
pub(super) async fn undo(mut handle: Handle, permit: Option<OwnedSemaphorePermit>) {
    if let Ok(Ok(_)) = timeout(ROLLBACK, handle.execute_unprepared("ROLLBACK")).await {
        handle.give_back();
    } else {
        handle.discard();
    }
    drop(permit);
}

/// Makes a savepoint part of the host's transaction.
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
