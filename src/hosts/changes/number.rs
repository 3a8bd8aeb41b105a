//! Background work: numbers what was committed, and tells what it changes for hosts.

use std::time::Duration;

use tokio::time::Instant;

use super::tell;
use crate::{
    protocol::id::RequestId,
    store::{changes, database::Database, operation_error::OperationError, retry::Retry},
};

/// How often it is looked for what other processes wrote.
const POLL: Duration = Duration::from_secs(1);
/// At most so often: in a busy minute many changes are numbered together.
const APART: Duration = Duration::from_millis(50);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(2);

/// Numbers changes and tells hosts until `shutdown` is done, and one last time then.
pub async fn work(database: Database, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut over = false;
    loop {
        let began = Instant::now();
        let done = catch_up(&database).await;
        if let Err(failure) = &done {
            tracing::warn!(error = %failure.redact(), "changes could not be numbered just now");
        }
        if over {
            return;
        }
        let rest = if done.is_ok() { APART.saturating_sub(began.elapsed()) } else { PAUSE };
        tokio::select! {
            () = &mut shutdown => over = true,
            () = wait(&database, rest) => {}
        }
    }
}

async fn wait(database: &Database, at_least: Duration) {
    tokio::time::sleep(at_least).await;
    tokio::select! {
        () = database.signals().written.notified() => {}
        () = tokio::time::sleep(POLL) => {}
    }
}

/// Numbers all that is committed, then tells one batch of hosts at a time, and in between numbers again.
pub async fn catch_up(database: &Database) -> Result<(), OperationError> {
    loop {
        number_all(database).await?;
        if !tell::tell_some(database).await? {
            return Ok(());
        }
    }
}

async fn number_all(database: &Database) -> Result<(), OperationError> {
    // An idle step takes no lock.
    while changes::has_unnumbered(&database.read_latest().await?).await? {
        let mut retry = Retry::new(database, RequestId::NONE);
        while let Some(session) = retry.begin().await {
            let outcome = changes::number(&session).await;
            retry.end(session, outcome).await;
        }
        let (_, last) = retry.outcome()?;
        database.signals().numbered(last);
    }
    Ok(())
}
