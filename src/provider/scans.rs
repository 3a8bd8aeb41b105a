//! Lists that scan: each may look at every resource of its type, so a few of them from one client would delay everybody else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::protocol::{bounds, id::ConnectionId, messages::error::ScimError};

/// How long to wait for another scan of the connection to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// The scans in progress, a few for each connection.
#[derive(Debug, Default)]
pub struct Scans(Mutex<HashMap<i64, Arc<Semaphore>>>);

impl Scans {
    /// Waits for permission to scan, which lasts as long as the permit is held.
    ///
    /// # Errors
    /// 503 if the connection's other scans do not end in time.
    pub async fn enter(&self, connection: ConnectionId) -> Result<OwnedSemaphorePermit, ScimError> {
        let places = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.entry(connection.0).or_insert_with(|| Arc::new(Semaphore::new(bounds::SCANS))).clone()
        };
        match timeout(PATIENCE, places.acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(ScimError::new(503, "other searches of this client are under way: try again shortly")),
        }
    }
}
