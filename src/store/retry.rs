//! Running a write transaction again when it had to give way, and finding out what became of one in doubt.

use std::time::{Duration, Instant};

use super::{
    database::Database,
    failure::Failure,
    session::{CommitError, Session},
    transient::Transient,
};
use crate::protocol::id::RequestId;

/// How often a transaction that had to give way is run again.
const TRIES: u32 = 8;
/// How long it is: a try may have waited for a lock as long as the database lets it, and the client waits too.
const TRYING: Duration = Duration::from_secs(10);

/// The tries of one write.
pub struct Retry<'a, T> {
    database: &'a Database,
    request: RequestId,
    made: u32,
    since: Instant,
    /// What a try found whose COMMIT is in doubt, with its entry of `scim_changes`. The server may still be committing it
    /// when we look for the entry, and then the next try fails by what this one wrote.
    in_doubt: Vec<(i64, T)>,
}

impl<'a, T> Retry<'a, T> {
    pub fn new(database: &'a Database, request: RequestId) -> Self {
        Self { database, request, made: 0, since: Instant::now(), in_doubt: vec![] }
    }

    pub async fn begin(&self) -> Result<Session, Failure> {
        self.database.begin(self.request).await
    }

    /// Commits what succeeded and rolls back what did not.
    pub async fn end(&mut self, session: Session, outcome: Result<T, Failure>) -> Result<T, Failure> {
        let value = match outcome {
            Ok(value) => value,
            Err(failure) => {
                session.rollback().await;
                return Err(failure);
            }
        };
        match session.commit().await {
            Ok(()) => Ok(value),
            Err(CommitError::Refused(error)) => Err(error.into()),
            // Nothing that anybody would be told of was written: it may be written again.
            Err(CommitError::InDoubt(error, None)) => {
                tracing::warn!(error = %super::failure::redact(&error), "a commit is in doubt and is run again");
                Err(Failure::Overtaken)
            }
            Err(CommitError::InDoubt(error, Some(change))) => {
                tracing::warn!(error = %super::failure::redact(&error), "a commit is in doubt: looking for its entry");
                match self.database.has_change(change, self.request).await {
                    Ok(true) => Ok(value),
                    outcome => {
                        self.in_doubt.push((change, value));
                        Err(outcome.err().unwrap_or(Failure::Overtaken))
                    }
                }
            }
        }
    }

    /// The outcome to answer, or `None` to run the transaction again after a pause.
    pub async fn settle(&mut self, outcome: Result<T, Failure>) -> Option<Result<T, Failure>> {
        let Err(failure) = &outcome else { return Some(outcome) };
        self.made += 1;
        let again = self.database.transient(failure) == Some(Transient::Conflict);
        if again && self.made < TRIES && self.since.elapsed() < TRYING {
            self.pause().await;
            return None;
        }
        for (change, value) in std::mem::take(&mut self.in_doubt) {
            match self.database.has_change(change, self.request).await {
                Ok(true) => return Some(Ok(value)),
                Ok(false) => {}
                Err(away) => return Some(Err(away)),
            }
        }
        Some(outcome)
    }

    /// Those that collided must not do so again: their pauses differ.
    async fn pause(&self) {
        let mut spread = [0];
        let _ = getrandom::fill(&mut spread);
        let milliseconds = (1 << self.made.min(6)) + u64::from(spread[0] % 16);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

/// Runs a future in a write transaction, again when it had to give way: `transaction!(database, request, tx => work(tx))`.
macro_rules! transaction {
    ($database:expr, $request:expr, $session:ident => $work:expr) => {{
        let mut retry = $crate::store::retry::Retry::new(&$database, $request);
        loop {
            let outcome = match retry.begin().await {
                Ok(session) => {
                    let $session = &session;
                    let outcome = $work.await;
                    retry.end(session, outcome).await
                }
                Err(failure) => Err(failure),
            };
            if let Some(outcome) = retry.settle(outcome).await {
                break outcome;
            }
        }
    }};
}
pub(crate) use transaction;
