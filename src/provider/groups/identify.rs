//! Groups that a version before this one made get their identifiers, by the worker.

use super::super::Provider;
use crate::{
    protocol::id::RequestId,
    store::{groups, operation_error::OperationError, retry::Retry},
};

/// Groups in one transaction.
const GROUPS: u64 = 50;

/// Gives some groups an identifier that have none; says whether there may be more.
pub async fn continue_identifying(provider: &Provider) -> Result<bool, OperationError> {
    let unidentified = groups::unidentified(&provider.database.read_latest().await?, GROUPS).await?;
    if unidentified.is_empty() {
        return Ok(false);
    }
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = groups::identify(&session, &unidentified).await;
        retry.end(session, outcome).await;
    }
    retry.outcome().map(|()| true)
}
