//! The last request of each connection, shown the moment it ended; written behind in batches.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use tokio::sync::Notify;

use super::Provider;
use crate::{
    protocol::id::ConnectionId,
    store::{
        database::transaction,
        failure::Failure,
        requests::{self, Ended},
    },
};

/// Requests that wait to be written; past it the oldest are given up.
const WAITING: usize = 4096;
/// Requests of one INSERT.
const BATCH: usize = 256;
/// Characters of `details`.
const DETAILS: usize = 1024;

#[derive(Debug, Default)]
pub struct Journal {
    state: Mutex<State>,
    pub written: Notify,
}

#[derive(Debug, Default)]
struct State {
    last: HashMap<ConnectionId, Ended>,
    waiting: VecDeque<Ended>,
}

impl Journal {
    /// Remembers how a request ended; no statement, no waiting.
    pub fn record(&self, mut ended: Ended) {
        ended.details = ended.details.chars().filter(|c| !c.is_control()).take(DETAILS).collect();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.waiting.len() == WAITING {
            state.waiting.pop_front();
        }
        state.waiting.push_back(ended.clone());
        state.last.insert(ended.connection, ended);
        drop(state);
        self.written.notify_one();
    }

    fn last(&self, connection: ConnectionId) -> Option<Ended> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).last.get(&connection).cloned()
    }

    /// Puts a batch back that could not be written, as far as there is room.
    fn give_back(&self, batch: Vec<Ended>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for ended in batch.into_iter().rev() {
            if state.waiting.len() < WAITING {
                state.waiting.push_front(ended);
            }
        }
    }

    fn take(&self) -> Vec<Ended> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let count = state.waiting.len().min(BATCH);
        state.waiting.drain(..count).collect()
    }
}

/// The last request of a connection, of this process or another.
pub async fn last_request(provider: &Provider, connection: ConnectionId) -> Result<Option<Ended>, Failure> {
    let here = provider.journal.last(connection);
    let stored = match requests::last(provider.database.reader(), connection).await {
        // Without its database this process still knows how its own requests ended.
        Err(failure) if failure.transient().is_some() && here.is_some() => None,
        outcome => outcome?,
    };
    let Some(stored) = stored.filter(|stored| here.as_ref().is_none_or(|here| stored.ended_at > here.ended_at)) else {
        return Ok(here);
    };
    Ok(Some(Ended {
        connection,
        requested_at: stored.requested_at,
        ended_at: stored.ended_at,
        method: stored.method,
        route: stored.route,
        status: stored.status.unsigned_abs(),
        details: stored.details,
    }))
}

/// Writes what waits.
pub async fn flush(provider: &Provider) -> Result<(), Failure> {
    loop {
        let batch = provider.journal.take();
        if batch.is_empty() {
            return Ok(());
        }
        let written = transaction!(provider.database, tx => requests::insert(tx, &batch));
        if let Err(failure) = written {
            if failure.transient().is_some() {
                provider.journal.give_back(batch);
            }
            return Err(failure);
        }
    }
}
