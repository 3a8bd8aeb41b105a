//! Lists that scan: each reads every resource of its type, so that a few of one client keep all the others waiting.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::protocol::{bounds, error::ScimError, id::ConnectionId};

/// How long another scan of the connection is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The scans under way, a few for each connection.
#[derive(Debug, Default)]
pub struct Scans(Mutex<HashMap<i64, Arc<Semaphore>>>);

impl Scans {
    /// A place for a scan, for as long as it is held.
    ///
    /// # Errors
    /// 503 when the others of the connection do not end in time.
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
