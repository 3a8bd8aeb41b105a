//! What was read from the database and is believed for a second.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::store::operation_error::OperationError;

/// How long something read is believed. A token that another process revoked is refused within two seconds.
const FRESH: Duration = Duration::from_secs(1);
/// How many values are remembered.
pub const REMEMBERED: usize = 10_000;

/// Values with the time at which they were read, unless they may have changed since. That there is none is not remembered: clients can
/// ask for anything.
#[derive(Debug)]
pub struct Remembered<K, V> {
    values: Mutex<HashMap<K, (Option<Instant>, V)>>,
    /// Rises when what was read may be out of date.
    generation: AtomicU64,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self { values: Mutex::default(), generation: AtomicU64::default() }
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Remembered<K, V> {
    /// Returns what was read within a second, or reads it.
    pub async fn get(
        &self,
        key: &K,
        read: impl Future<Output = Result<Option<V>, OperationError>>,
    ) -> Result<Option<V>, OperationError> {
        if let Some((at, value)) = lock(&self.values).get(key)
            && is_fresh(*at)
        {
            return Ok(Some(value.clone()));
        }
        let (generation, at) = (self.generation.load(Ordering::Acquire), Instant::now());
        let found = Box::pin(read).await?;
        let mut values = lock(&self.values);
        // It may have been changed while it was read.
        if generation == self.generation.load(Ordering::Acquire) {
            if values.len() >= REMEMBERED {
                values.retain(|_, (at, _)| is_fresh(*at));
            }
            match &found {
                Some(value) if values.len() < REMEMBERED => _ = values.insert(key.clone(), (Some(at), value.clone())),
                _ => _ = values.remove(key),
            }
        }
        Ok(found)
    }

    /// Returns the last value, however old it is.
    pub fn last(&self, key: &K) -> Option<V> {
        lock(&self.values).get(key).map(|(_, value)| value.clone())
    }

    /// Has everything read again; what was last known stays for [`Remembered::last`].
    pub fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        lock(&self.values).values_mut().for_each(|(at, _)| *at = None);
    }
}

fn is_fresh(at: Option<Instant>) -> bool {
    at.is_some_and(|at| at.elapsed() < FRESH)
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
