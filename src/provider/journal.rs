//! The last request of each connection, shown the moment it ended; written behind in batches.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::Provider;
use crate::{
    protocol::id::{ConnectionId, RequestId},
    store::{
        failure::Failure,
        requests::{self, Ended},
        retry::transaction,
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
    /// With its number among all that ended in this process.
    last: HashMap<ConnectionId, (u64, Ended)>,
    waiting: VecDeque<Ended>,
    ended: u64,
    /// How many of those that ended are stored, or were given up: those that wait, or are being written, are the others.
    settled: u64,
}

impl Journal {
    /// Remembers how a request ended; no statement, no waiting.
    pub fn record(&self, mut ended: Ended) {
        ended.details = ended.details.chars().filter(|c| !c.is_control()).take(DETAILS).collect();
        let mut state = self.state();
        if state.waiting.len() == WAITING {
            state.waiting.pop_front();
            state.settled += 1;
        }
        state.waiting.push_back(ended.clone());
        state.ended += 1;
        let number = state.ended;
        state.last.insert(ended.connection, (number, ended));
        drop(state);
        self.written.notify_one();
    }

    /// The last that ended here, and whether it is stored already.
    fn last(&self, connection: ConnectionId) -> Option<(Ended, bool)> {
        let state = self.state();
        let (number, ended) = state.last.get(&connection)?;
        Some((ended.clone(), *number <= state.settled))
    }

    /// Puts a batch back that could not be written, as far as there is room.
    fn give_back(&self, batch: Vec<Ended>) {
        let mut state = self.state();
        for ended in batch.into_iter().rev() {
            if state.waiting.len() < WAITING {
                state.waiting.push_front(ended);
            } else {
                state.settled += 1;
            }
        }
    }

    fn settle(&self, batch: usize) {
        self.state().settled += batch as u64;
    }

    fn take(&self) -> Vec<Ended> {
        let mut state = self.state();
        let count = state.waiting.len().min(BATCH);
        state.waiting.drain(..count).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last request of a connection, of this process or another.
///
/// What ended here and is not stored yet is the last. Of what is stored the order of the ids tells: clocks of several
/// processes differ, and one that was a day behind hid its failures behind the successes of another (2026-11-26).
pub async fn last_request(provider: &Provider, connection: ConnectionId) -> Result<Option<Ended>, Failure> {
    let here = provider.journal.last(connection);
    if let Some((ended, false)) = here {
        return Ok(Some(ended));
    }
    let here = here.map(|(ended, _)| ended);
    match stored(provider, connection).await {
        // Without its database this process still knows how its own requests ended.
        Err(failure) if failure.transient().is_some() && here.is_some() => Ok(here),
        outcome => Ok(outcome?.or(here)),
    }
}

async fn stored(provider: &Provider, connection: ConnectionId) -> Result<Option<Ended>, Failure> {
    requests::last(&provider.database.read().await?, connection).await
}

/// Writes what waits.
pub async fn flush(provider: &Provider) -> Result<(), Failure> {
    loop {
        let batch = provider.journal.take();
        if batch.is_empty() {
            return Ok(());
        }
        let written = transaction!(provider.database, RequestId::NONE, tx => requests::insert(tx, &batch));
        match written {
            Err(failure) if failure.transient().is_some() => {
                provider.journal.give_back(batch);
                return Err(failure);
            }
            outcome => {
                provider.journal.settle(batch.len());
                outcome?;
            }
        }
    }
}
