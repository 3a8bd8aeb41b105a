//! What is done in the background: the request log is written and what is old is forgotten.

use std::{sync::Arc, time::Duration};

use crate::{
    api,
    protocol::id::RequestId,
    provider::{Provider, journal},
    store::{changes, failure::Failure, requests, retry::transaction},
};

/// How long requests are gathered before they are written.
const GATHER: Duration = Duration::from_millis(200);
/// How long a write that failed is waited with.
const PAUSE: Duration = Duration::from_secs(2);
/// How often PostgreSQL is asked whether it knows how large our tables are: a first sync is over in minutes.
const ANALYZE: Duration = Duration::from_secs(15);
/// How often old rows are forgotten.
const PRUNE: Duration = Duration::from_secs(3600);

pub async fn work(provider: Arc<Provider>, shutdown: impl Future<Output = ()> + Send) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut prune = tokio::time::interval(PRUNE);
    let mut analyze = tokio::time::interval(ANALYZE);
    let mut over = false;
    loop {
        over = over
            || tokio::select! {
                () = &mut shutdown => true,
                () = provider.journal.written.notified() => tokio::select! {
                    () = &mut shutdown => true,
                    () = tokio::time::sleep(GATHER) => false,
                },
                _ = prune.tick() => {
                    forget_old(&provider).await;
                    false
                }
                _ = analyze.tick() => {
                    renew_statistics(&provider).await;
                    false
                }
            };
        let flushed = journal::flush(&provider).await;
        if let Err(failure) = &flushed {
            tracing::warn!(error = %api::private(failure), "the request log could not be written");
        }
        if over {
            return;
        }
        if flushed.is_err() {
            // What waits is written when the database is back, though no request comes to say so.
            tokio::select! {
                // Once more, and then it is over.
                () = &mut shutdown => over = true,
                () = tokio::time::sleep(PAUSE) => provider.journal.written.notify_one(),
            }
        }
    }
}

async fn renew_statistics(provider: &Provider) {
    if let Err(failure) = provider.database.renew_statistics().await {
        tracing::debug!(error = %api::private(&failure), "tables could not be analysed");
    }
}

/// In parts, so that writes come in between.
async fn forget_old(provider: &Provider) {
    let now = chrono::Utc::now().timestamp_millis();
    let forgotten = async {
        while transaction!(provider.database, RequestId::NONE, tx => requests::prune(tx))? {}
        while transaction!(provider.database, RequestId::NONE, tx => changes::prune(tx, now))? {}
        Ok::<_, Failure>(())
    };
    if let Err(failure) = forgotten.await {
        tracing::warn!(error = %api::private(&failure), "old rows could not be forgotten");
    }
}
