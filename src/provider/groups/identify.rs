//! Groups that a version before this one made get their identifiers, by the worker.

use super::super::Provider;
use crate::{
    protocol::id::RequestId,
    store::{groups, operation_error::OperationError, retry::Retry},
};

/// Groups in one transaction.
const GROUPS: u64 = 50;

/// Gives an identifier to some groups that have none, behind an id; returns the last of them, if there were any.
pub async fn continue_identifying(provider: &Provider, after: i64) -> Result<Option<i64>, OperationError> {
    let unidentified = groups::unidentified(&provider.database.read_latest().await?, after, GROUPS).await?;
    let Some(last) = unidentified.last() else { return Ok(None) };
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = groups::identify(&session, &unidentified).await;
        retry.end(session, outcome).await;
    }
    retry.outcome().map(|()| Some(*last))
}
