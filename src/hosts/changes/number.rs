//! Background work: numbers what was committed, and tells what it changes for hosts.

use std::time::Duration;

use tokio::time::Instant;

use super::tell::Teller;
use crate::{
    protocol::id::RequestId,
    store::{changes, database::Database, operation_error::OperationError, retry::Retry},
};

/// How often it is looked for what other processes wrote.
const POLL: Duration = Duration::from_secs(1);
/// At most so often: in a busy minute many changes are numbered together.
const APART: Duration = Duration::from_millis(50);
/// How often every host is compared with what was told of it: a process of the version before may have changed one without an
/// entry.
const SWEEP: Duration = Duration::from_secs(24 * 3600);
/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(2);
/// How many times entries are numbered before hosts are told of them: whoever writes without a pause must not hold that up.
const IN_A_ROW: usize = 20;

/// Numbers changes and tells hosts until `shutdown` is done, and once more then: what is left is dealt with after the next start.
pub async fn work(database: Database, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut over = false;
    let (mut teller, mut sweep_at) = (Teller::new(), Instant::now() + SWEEP);
    loop {
        let began = Instant::now();
        if began >= sweep_at {
            sweep_at = began + SWEEP;
            sweep_again(&database).await;
        }
        let more = step(&database, &mut teller).await;
        if let Err(failure) = &more {
            tracing::warn!(error = %failure.redact(), "changes could not be numbered just now");
        }
        if over {
            return;
        }
        let rest = match more {
            Ok(true) => Rest::Short(Duration::ZERO),
            Ok(false) => Rest::Long(APART.saturating_sub(began.elapsed())),
            Err(_) => Rest::Short(PAUSE),
        };
        tokio::select! {
            biased;
            () = &mut shutdown => over = true,
            () = wait(&database, rest) => {}
        }
    }
}

/// How long to wait before the next step.
enum Rest {
    Short(Duration),
    /// This long, and then until somebody writes.
    Long(Duration),
}

async fn wait(database: &Database, rest: Rest) {
    match rest {
        Rest::Short(time) => tokio::time::sleep(time).await,
        Rest::Long(time) => {
            tokio::time::sleep(time).await;
            tokio::select! {
                () = database.signals().written.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}

/// Takes steps until everything committed is numbered and told.
#[cfg(feature = "internals")]
pub async fn catch_up(database: &Database) -> Result<(), OperationError> {
    let mut teller = Teller::new();
    while step(database, &mut teller).await? {}
    Ok(())
}

/// Numbers what is committed, then tells one batch of hosts; says whether there is more to do.
async fn step(database: &Database, teller: &mut Teller) -> Result<bool, OperationError> {
    let numbers = number_some(database).await?;
    Ok(teller.tell_some(database).await? || numbers)
}

/// Has every host compared once more.
async fn sweep_again(database: &Database) {
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = changes::sweep_again(&session).await;
        retry.end(session, outcome).await;
    }
    if let Err(failure) = retry.outcome() {
        tracing::warn!(error = %failure.redact(), "hosts could not be compared once more just now");
    }
}

/// Numbers entries, says whether there may be more.
async fn number_some(database: &Database) -> Result<bool, OperationError> {
    // An idle step takes no lock.
    if changes::oldest_unnumbered(&database.read_latest().await?).await?.is_none() {
        return Ok(false);
    }
    for _ in 0..IN_A_ROW {
        let mut retry = Retry::new(database, RequestId::NONE);
        while let Some(session) = retry.begin().await {
            let outcome = changes::number(&session).await;
            retry.end(session, outcome).await;
        }
        let (numbered, last) = retry.outcome()?;
        database.signals().numbered(last);
        if numbered < changes::NUMBERED {
            return Ok(false);
        }
    }
    Ok(true)
}
