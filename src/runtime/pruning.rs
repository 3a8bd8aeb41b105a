//! Old rows are deleted: logged requests, changes, and access tokens that have expired.

use crate::{
    protocol::id::RequestId,
    provider::Provider,
    store::{access_tokens, changes, operation_error::OperationError, requests, retry::Retry},
};

/// Deletes old rows in parts, so that other writes can run in between.
pub async fn forget_old(provider: &Provider) {
    let now = provider.database.now();
    let forgotten = async {
        while forget_requests(provider).await? {}
        while forget_changes(provider, now).await? {}
        while forget_access_tokens(provider, now).await? {}
        Ok::<_, OperationError>(())
    };
    if let Err(failure) = forgotten.await {
        tracing::warn!(error = %failure.redact(), "old rows could not be forgotten");
    }
}

/// Deletes some old requests; says whether there may be more.
async fn forget_requests(provider: &Provider) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = requests::prune(&session).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

/// Deletes some old changes; says whether there may be more.
async fn forget_changes(provider: &Provider, now: i64) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = changes::prune(&session, now).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

/// Deletes some access tokens that have expired; says whether there may be more.
async fn forget_access_tokens(provider: &Provider, now: i64) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = access_tokens::prune(&session, now).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}
