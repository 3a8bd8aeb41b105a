//! Runs a write transaction again if it had to give way, and finds out what happened to one in doubt.

use std::time::{Duration, Instant};

use super::{
    database::Database,
    operation_error::{OperationError, redact},
    session::{CommitError, Session},
    transient::Transient,
};
use crate::protocol::id::RequestId;

/// How often a transaction that had to give way is attempted.
const ATTEMPTS: u32 = 8;
/// For how long it is attempted: an attempt may wait for a lock as long as the database allows, and the client is waiting
/// too.
const PATIENCE: Duration = Duration::from_secs(10);

/// One write, attempted until it is committed, refused for good, or given up.
///
/// ```ignore
/// let mut retry = Retry::new(&provider.database, context.request);
/// while let Some(session) = retry.begin().await {
///     let outcome = change(&session).await;
///     retry.end(session, outcome).await;
/// }
/// retry.outcome()
/// ```
pub struct Retry<'a, T> {
    database: &'a Database,
    request: RequestId,
    attempts: u32,
    since: Instant,
    /// The results of attempts whose COMMIT is in doubt, with their entries of `scim_changes`. The server may still be
    /// committing one when we look for its entry; the next attempt then fails because of what that one wrote.
    in_doubt: Vec<(i64, T)>,
    outcome: Option<Result<T, OperationError>>,
}

impl<'a, T> Retry<'a, T> {
    pub fn new(database: &'a Database, request: RequestId) -> Self {
        Self { database, request, attempts: 0, since: Instant::now(), in_doubt: vec![], outcome: None }
    }

    /// Begins the next attempt; `None` if there is an outcome.
    pub async fn begin(&mut self) -> Option<Session> {
        while self.outcome.is_none() {
            match self.database.begin(self.request).await {
                Ok(session) => return Some(session),
                Err(error) => self.decide(Err(error)).await,
            }
        }
        None
    }

    /// Ends an attempt: commits on success, otherwise rolls back.
    pub async fn end(&mut self, session: Session, outcome: Result<T, OperationError>) {
        let outcome = match outcome {
            Ok(value) => self.commit(session, value).await,
            Err(error) => {
                session.rollback().await;
                Err(error)
            }
        };
        self.decide(outcome).await;
    }

    /// Returns the outcome of the write.
    pub fn outcome(self) -> Result<T, OperationError> {
        self.outcome.unwrap_or(Err(OperationError::Overtaken))
    }

    async fn commit(&mut self, session: Session, value: T) -> Result<T, OperationError> {
        match session.commit().await {
            Ok(()) => Ok(value),
            Err(CommitError::Refused(error)) => Err(error.into()),
            // Nothing was written that anybody would be told about, so it may be written again.
            Err(CommitError::InDoubt(error, None)) => {
                tracing::warn!(error = %redact(&error), "a commit is in doubt and is run again");
                Err(OperationError::Overtaken)
            }
            Err(CommitError::InDoubt(error, Some(change))) => {
                tracing::warn!(error = %redact(&error), "a commit is in doubt: looking for its entry");
                match self.database.has_change(change, self.request).await {
                    Ok(true) => Ok(value),
                    outcome => {
                        self.in_doubt.push((change, value));
                        Err(outcome.err().unwrap_or(OperationError::Overtaken))
                    }
                }
            }
        }
    }

    /// Keeps the outcome, or waits a little if another attempt will follow.
    async fn decide(&mut self, outcome: Result<T, OperationError>) {
        let Err(error) = &outcome else {
            self.outcome = Some(outcome);
            return;
        };
        self.attempts += 1;
        let may_succeed = self.database.transient(error) == Some(Transient::Conflict);
        if may_succeed && self.attempts < ATTEMPTS && self.since.elapsed() < PATIENCE {
            return self.pause().await;
        }
        for (change, value) in std::mem::take(&mut self.in_doubt) {
            match self.database.has_change(change, self.request).await {
                Ok(true) => {
                    self.outcome = Some(Ok(value));
                    return;
                }
                Ok(false) => {}
                Err(away) => {
                    self.outcome = Some(Err(away));
                    return;
                }
            }
        }
        self.outcome = Some(outcome);
    }

    /// Waits for a varying time, so that transactions that collided do not collide again.
    async fn pause(&self) {
        let mut spread = [0];
        let _ = getrandom::fill(&mut spread);
        let milliseconds = (1 << self.attempts.min(6)) + u64::from(spread[0] % 16);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}
