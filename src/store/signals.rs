//! Wakes those who wait for changes, in the process that wrote them.

use tokio::sync::{Notify, watch};

#[derive(Debug)]
pub struct Signals {
    /// Wakes the worker when a transaction with entries was committed.
    pub written: Notify,
    /// The last number that this process gave.
    last: watch::Sender<i64>,
}

impl Default for Signals {
    fn default() -> Self {
        Self { written: Notify::new(), last: watch::Sender::new(0) }
    }
}

impl Signals {
    pub fn numbered(&self, last: i64) {
        self.last.send_if_modified(|known| {
            let is_later = last > *known;
            *known = last.max(*known);
            is_later
        });
    }

    /// Waits until this process has given a number after this one.
    pub async fn wait(&self, after: i64) {
        // The sender lives as long as `self`.
        let _ = self.last.subscribe().wait_for(|last| *last > after).await;
    }
}
