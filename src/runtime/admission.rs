//! Who is let in: tokens, the states of connections and their limits, as they were a second ago at most.

use std::{collections::HashMap, num::NonZeroU32, sync::Mutex};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::{
    failures::Failures,
    remembered::{REMEMBERED, Remembered, lock},
};
use crate::{
    protocol::id::{ConnectionId, RequestId, TokenId},
    store::{
        access_tokens::{self, AccessToken},
        connections::{self, Service},
        database::Database,
        operation_error::OperationError,
        retry::Retry,
        tokens::{self, ConnectionToken},
    },
};

/// Remembers what it read for a second, so that a busy client costs a statement a second.
#[derive(Debug, Default)]
pub struct Admission {
    tokens: Remembered<String, ConnectionToken>,
    access_tokens: Remembered<String, AccessToken>,
    services: Remembered<ConnectionId, Service>,
    limiters: Mutex<HashMap<ConnectionId, (NonZeroU32, DefaultDirectRateLimiter)>>,
    names: Remembered<String, ConnectionId>,
    used: Mutex<HashMap<TokenId, i64>>,
    pub failures: Failures,
}

impl Admission {
    /// Finds the token with a hash, whether or not it has expired.
    pub async fn token(&self, database: &Database, hash: &str) -> Result<Option<ConnectionToken>, OperationError> {
        let read = async { tokens::by_hash(&database.read_unobserved().await?, hash).await };
        self.tokens.get(&hash.to_owned(), read).await
    }

    /// Finds the access token with a hash, whether or not it has expired.
    pub async fn access_token(&self, database: &Database, hash: &str) -> Result<Option<AccessToken>, OperationError> {
        let read = async { access_tokens::by_hash(&database.read_unobserved().await?, hash).await };
        self.access_tokens.get(&hash.to_owned(), read).await
    }

    /// Returns what a connection serves. While it cannot be read it is what was last known.
    ///
    /// # Errors
    /// The failure, if nothing is known: a write must not go on without the settings that it follows.
    pub async fn service(&self, database: &Database, connection: ConnectionId) -> Result<Service, OperationError> {
        let read = async {
            match connections::service_of(&database.read_unobserved().await?, connection).await? {
                Some(service) => Ok(Some(service)),
                // It may just have been made, where the reader does not show it yet.
                None => connections::service_of(&database.read_latest().await?, connection).await,
            }
        };
        match self.services.get(&connection, read).await {
            Ok(service) => Ok(service.unwrap_or_default()),
            Err(failure) => self.services.last(&connection).ok_or(failure),
        }
    }

    /// Counts a request of a connection that serves so many in a second; says whether it is one too many.
    pub fn exceeds(&self, connection: ConnectionId, requests_per_second: i64) -> bool {
        let Some(rate) = u32::try_from(requests_per_second).ok().and_then(NonZeroU32::new) else { return false };
        let mut limiters = lock(&self.limiters);
        if limiters.get(&connection).is_none_or(|(of, _)| *of != rate) {
            // As many at once as in a second.
            limiters.insert(connection, (rate, RateLimiter::direct(Quota::per_second(rate))));
        }
        limiters.get(&connection).is_some_and(|(_, limiter)| limiter.check().is_err())
    }

    /// Finds the connection with a name.
    pub async fn named(&self, database: &Database, name: &str) -> Result<Option<ConnectionId>, OperationError> {
        let read = async { connections::id_of(&database.read_unobserved().await?, name).await };
        self.names.get(&name.to_owned(), read).await
    }

    /// Has what was read be read again, because it was changed.
    pub fn forget(&self) {
        self.tokens.forget();
        self.access_tokens.forget();
        self.services.forget();
        self.names.forget();
    }

    /// Remembers that a token was used.
    pub fn note_use(&self, token: TokenId, at: i64) {
        let mut used = lock(&self.used);
        if used.len() < REMEMBERED || used.contains_key(&token) {
            used.insert(token, at);
        }
    }

    /// Writes when tokens were last used. What could not be written is given up: the next use says it again.
    pub async fn flush(&self, database: &Database) -> Result<(), OperationError> {
        let mut used: Vec<(TokenId, i64)> = lock(&self.used).drain().collect();
        if used.is_empty() {
            return Ok(());
        }
        // Two processes change them in the same order, so that neither waits for the other for ever.
        used.sort_unstable();
        let mut retry = Retry::new(database, RequestId::NONE);
        while let Some(session) = retry.begin().await {
            let mut outcome = Ok(());
            for (token, at) in &used {
                outcome = tokens::note_use(&session, *token, *at).await;
                if outcome.is_err() {
                    break;
                }
            }
            retry.end(session, outcome).await;
        }
        retry.outcome()
    }
}
