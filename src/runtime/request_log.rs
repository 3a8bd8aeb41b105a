//! The last request of each connection, visible as soon as it has ended; written in batches afterwards.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::{
    protocol::id::{ConnectionId, RequestId},
    store::{
        connections,
        database::Database,
        operation_error::OperationError,
        requests::{self, RequestRecord},
        retry::Retry,
        session::Session,
    },
};

/// The number of requests that may wait to be written; beyond it the oldest are dropped.
const WAITING: usize = 4096;
/// The number of requests in one INSERT.
const BATCH: usize = 256;
/// The largest length of `details`, in characters.
const DETAILS: usize = 1024;

#[derive(Debug, Default)]
pub struct RequestLog {
    state: Mutex<State>,
    pub written: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// The last request of each connection, with its number among all that ended in this process.
    last: HashMap<ConnectionId, (u64, RequestRecord)>,
    waiting: VecDeque<RequestRecord>,
    ended: u64,
    /// How many ended requests are stored or were dropped; the rest are waiting or being written.
    stored_up_to: u64,
}

impl RequestLog {
    /// Remembers how a request ended, without a statement and without waiting.
    pub fn record(&self, mut record: RequestRecord) {
        record.details = record.details.chars().filter(|c| !c.is_control()).take(DETAILS).collect();
        let mut state = self.state();
        if state.waiting.len() == WAITING {
            state.waiting.pop_front();
            state.stored_up_to += 1;
        }
        state.waiting.push_back(record.clone());
        state.ended += 1;
        let number = state.ended;
        state.last.insert(record.connection, (number, record));
        drop(state);
        self.written.notify_one();
    }

    /// Returns the last request that ended here, and whether it is already stored.
    fn last(&self, connection: ConnectionId) -> Option<(RequestRecord, bool)> {
        let state = self.state();
        let (number, record) = state.last.get(&connection)?;
        Some((record.clone(), *number <= state.stored_up_to))
    }

    /// Puts back a batch that could not be written, as far as there is room.
    fn give_back(&self, batch: Vec<RequestRecord>) {
        let mut state = self.state();
        for record in batch.into_iter().rev() {
            if state.waiting.len() < WAITING {
                state.waiting.push_front(record);
            } else {
                state.stored_up_to += 1;
            }
        }
    }

    fn note_stored(&self, batch: usize) {
        self.state().stored_up_to += batch as u64;
    }

    fn take(&self) -> Vec<RequestRecord> {
        let mut state = self.state();
        let count = state.waiting.len().min(BATCH);
        state.waiting.drain(..count).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the last request of a connection, in this process or another.
///
/// A request that ended here and is not stored yet is the last. Among stored requests the order of the ids decides: the
/// clocks of several processes differ, and one that was a day slow hid its failures behind the successes of another
/// (2026-11-26).
pub async fn last_request(
    request_log: &RequestLog,
    database: &Database,
    connection: ConnectionId,
) -> Result<Option<RequestRecord>, OperationError> {
    let here = request_log.last(connection);
    if let Some((record, false)) = here {
        return Ok(Some(record));
    }
    let here = here.map(|(record, _)| record);
    match stored(database, connection).await {
        // Even without the database, this process knows how its own requests ended.
        Err(error) if error.transient().is_some() && here.is_some() => Ok(here),
        outcome => Ok(outcome?.or(here)),
    }
}

async fn stored(database: &Database, connection: ConnectionId) -> Result<Option<RequestRecord>, OperationError> {
    requests::last(&database.read().await?, connection).await
}

/// Writes the waiting requests.
pub async fn flush(request_log: &RequestLog, database: &Database) -> Result<(), OperationError> {
    loop {
        let batch = request_log.take();
        if batch.is_empty() {
            return Ok(());
        }
        match insert(database, &batch).await {
            Err(error) if error.transient().is_some() => {
                request_log.give_back(batch);
                return Err(error);
            }
            outcome => {
                request_log.note_stored(batch.len());
                outcome?;
            }
        }
    }
}

async fn insert(database: &Database, batch: &[RequestRecord]) -> Result<(), OperationError> {
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = write(&session, batch).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn write(session: &Session, batch: &[RequestRecord]) -> Result<(), OperationError> {
    requests::insert(session, batch).await?;
    connections::note_activity(session, batch).await
}
