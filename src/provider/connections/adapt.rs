//! The keys of a connection's users are adapted to a change of its domains, by the worker.

use super::Provider;
use crate::{
    protocol::id::RequestId,
    store::{connections, operation_error::OperationError, retry::Retry},
};

/// Adapts the keys of some users to the domains of their connection; says whether there may be more.
pub async fn continue_adaptation(provider: &Provider) -> Result<bool, OperationError> {
    let Some(connection) = connections::with_old_keys(&provider.database.read_latest().await?).await? else {
        return Ok(false);
    };
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = connections::adapt_keys(&session, connection).await;
        retry.end(session, outcome).await;
    }
    retry.outcome().map(|()| true)
}
