//! What is told of each request once it has ended: a line in the log if it was refused or failed, and how long it took.

use std::time::Instant;

use poem::http::StatusCode;

use crate::{
    protocol::id::{ConnectionId, RequestId},
    runtime::metrics,
};

/// A request that is being served. It has no path, since that has an id, and nothing else that a client chose.
#[derive(Debug)]
pub struct Observation {
    began: Instant,
    method: &'static str,
    /// Known once the token is.
    route: Option<String>,
    of: Option<(ConnectionId, RequestId)>,
}

impl Observation {
    pub fn begin(method: &'static str) -> Self {
        Self { began: Instant::now(), method, route: None, of: None }
    }

    /// Says of which connection the request is, and what its route is once its path is normalized.
    pub fn is_of(&mut self, route: String, connection: ConnectionId, request: RequestId) {
        self.route = Some(route);
        self.of = Some((connection, request));
    }

    /// Tells how the request ended; `route` finds the route of one that was refused before it was known.
    pub fn tell(self, status: StatusCode, route: impl FnOnce() -> String) {
        let took = self.began.elapsed();
        let route = self.route.unwrap_or_else(route);
        metrics::request_ended(self.method, &route, status.as_u16(), took);
        if !status.is_client_error() && !status.is_server_error() {
            return;
        }
        let method = self.method;
        let (status, duration_ms) = (status.as_u16(), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        match self.of {
            Some((connection, request)) => {
                tracing::info!(method, route, status, connection = connection.0, duration_ms, %request, "a request was refused or failed");
            }
            None => tracing::info!(method, route, status, duration_ms, "a request was refused or failed"),
        }
    }
}
