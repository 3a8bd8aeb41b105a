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
        for rows in [Rows::Requests, Rows::Changes, Rows::AccessTokens] {
            while forget_some(provider, rows, now).await? {}
        }
        Ok::<_, OperationError>(())
    };
    if let Err(failure) = forgotten.await {
        tracing::warn!(error = %failure.redact(), "old rows could not be forgotten");
    }
}

/// Rows that grow old.
#[derive(Debug, Clone, Copy)]
enum Rows {
    Requests,
    Changes,
    AccessTokens,
}

/// Deletes some of these rows; says whether there may be more.
async fn forget_some(provider: &Provider, rows: Rows, now: i64) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = match rows {
            Rows::Requests => requests::prune(&session).await,
            Rows::Changes => changes::prune(&session, provider.changes_kept, now).await,
            Rows::AccessTokens => access_tokens::prune(&session, now).await,
        };
        retry.end(session, outcome).await;
    }
    retry.outcome()
}
