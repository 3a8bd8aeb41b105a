//! Background work: writes the request log, works on connections and groups, counts, announces what ends, and has old rows
//! deleted.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep_until};

use crate::{
    provider::{Provider, connections, continue_identifying},
    runtime::{expiry, metrics, pruning, request_log},
    store::census,
};

/// How long requests are collected before they are written.
const GATHER: Duration = Duration::from_millis(200);
/// How long to wait after a failed write.
const PAUSE: Duration = Duration::from_secs(2);
/// How often PostgreSQL is asked whether it knows the size of our tables: a first sync is over in minutes.
const ANALYZE: Duration = Duration::from_secs(15);
/// How long after a count it is counted again how much there is, at least.
const COUNT: Duration = Duration::from_secs(60);
/// Counting takes at most one part of so many of the time: at 100,000 hosts MariaDB counts for 5 s.
const COUNT_SHARE: u32 = 50;
/// How often it is asked whether a connection is being deleted, or its domains changed: another process may have begun that.
const ASK_FOR_WORK: Duration = Duration::from_secs(30);
/// The pause between two parts of that work.
const BETWEEN_PARTS: Duration = Duration::from_millis(10);
/// How often old rows are deleted, and the end of credentials announced.
const PRUNE: Duration = Duration::from_secs(3600);

/// Runs the background work until `shutdown` is done.
pub async fn work(provider: Arc<Provider>, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut prune = tokio::time::interval(PRUNE);
    let mut analyze = tokio::time::interval(ANALYZE);
    let mut count_at = Instant::now();
    let mut connections_at = Instant::now();
    let (mut identify_at, mut identified) = (Instant::now(), 0);
    let mut over = false;
    loop {
        over = over
            || tokio::select! {
                () = &mut shutdown => true,
                () = provider.request_log.written.notified() => tokio::select! {
                    () = &mut shutdown => true,
                    () = tokio::time::sleep(GATHER) => false,
                },
                _ = prune.tick() => {
                    pruning::forget_old(&provider).await;
                    expiry::announce(&provider).await;
                    false
                }
                _ = analyze.tick() => {
                    renew_statistics(&provider).await;
                    false
                }
                () = provider.connection_work.notified() => {
                    connections_at = Instant::now();
                    false
                }
                () = sleep_until(connections_at) => {
                    connections_at = Instant::now() + work_on_connections(&provider).await;
                    false
                }
                () = sleep_until(identify_at) => {
                    identify_at = Instant::now() + identify_groups(&provider, &mut identified).await;
                    false
                }
                () = sleep_until(count_at), if cfg!(feature = "metrics") => {
                    let began = Instant::now();
                    take_census(&provider).await;
                    count_at = Instant::now() + COUNT.max(began.elapsed() * COUNT_SHARE);
                    false
                }
            };
        let flushed = request_log::flush(&provider.request_log, &provider.database).await;
        if let Err(failure) = &flushed {
            tracing::warn!(error = %failure.redact(), "the request log could not be written");
        }
        if let Err(failure) = provider.admission.flush(&provider.database).await {
            tracing::warn!(error = %failure.redact(), "when tokens were last used could not be written");
        }
        if over {
            return;
        }
        if flushed.is_err() {
            // Waiting requests are written once the database is back, even if no new request comes in.
            tokio::select! {
                // One last time before it ends.
                () = &mut shutdown => over = true,
                () = tokio::time::sleep(PAUSE) => provider.request_log.written.notify_one(),
            }
        }
    }
}

/// Deletes a part of a connection that is being deleted, adapts some users to changed domains, and narrows some to changed
/// attributes; returns how long to wait before the next part.
async fn work_on_connections(provider: &Provider) -> Duration {
    let deleted = connections::continue_deletion(provider).await;
    let adapted = connections::continue_adaptation(provider).await;
    let narrowed = connections::continue_narrowing(provider).await;
    match deleted.and_then(|deleted| Ok(adapted? | narrowed? | deleted)) {
        // Others write in between.
        Ok(true) => BETWEEN_PARTS,
        Ok(false) => ASK_FOR_WORK,
        Err(failure) => {
            tracing::warn!(error = %failure.redact(), "a connection could not be deleted or adapted further just now");
            PAUSE
        }
    }
}

/// Gives identifiers to some groups of a version before this one, behind those that were gone through; returns how long to wait
/// before the next.
async fn identify_groups(provider: &Provider, identified: &mut i64) -> Duration {
    match continue_identifying(provider, *identified).await {
        Ok(Some(last)) => {
            *identified = last;
            BETWEEN_PARTS
        }
        // A process of that version may still make groups.
        Ok(None) => {
            *identified = 0;
            PRUNE
        }
        Err(failure) => {
            tracing::warn!(error = %failure.redact(), "groups could not be given identifiers just now");
            PAUSE
        }
    }
}

async fn take_census(provider: &Provider) {
    let counted = async { census::count(&provider.database.read().await?).await };
    match counted.await {
        Ok(census) => metrics::counted(&census),
        Err(failure) => tracing::warn!(error = %failure.redact(), "users, groups and hosts could not be counted"),
    }
}

async fn renew_statistics(provider: &Provider) {
    if let Err(failure) = provider.database.renew_statistics().await {
        tracing::debug!(error = %failure.redact(), "tables could not be analysed");
    }
}
