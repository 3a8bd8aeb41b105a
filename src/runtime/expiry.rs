//! The end of tokens and client secrets is announced 30, 7 and 1 days ahead: Entra ID and Okta only fail when it is over
//! (developer.konghq.com#3100).

use crate::{
    protocol::id::RequestId,
    provider::Provider,
    store::{
        changes::{self, NewChange},
        expiry::{self, EndingCredential},
        operation_error::OperationError,
        retry::Retry,
        session::Session,
    },
};

/// Announces what ends soon, as a change and in the host's log.
pub async fn announce(provider: &Provider) {
    let now = provider.database.now();
    let announced = async {
        // The session is given back before another is asked for.
        let ending = expiry::ending(&provider.database.read().await?, None).await?;
        for ending in ending {
            if let Some(days) = ending.to_announce(now)
                && announce_one(provider, &ending, days).await?
            {
                let (credential, connection) = (ending.credential.as_str(), ending.connection.0);
                tracing::warn!(
                    connection,
                    credential,
                    id = ending.id,
                    days,
                    "a credential ends soon: make another one"
                );
            }
        }
        Ok::<_, OperationError>(())
    };
    if let Err(failure) = announced.await {
        tracing::warn!(error = %failure.redact(), "credentials that end soon could not be announced");
    }
}

/// Says whether no other process has announced it.
async fn announce_one(provider: &Provider, ending: &EndingCredential, days: i64) -> Result<bool, OperationError> {
    let mut retry = Retry::new(&provider.database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = append(&session, ending, days).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

async fn append(session: &Session, ending: &EndingCredential, days: i64) -> Result<bool, OperationError> {
    let is_first = expiry::note_announced(session, ending, days).await?;
    if is_first {
        let change = NewChange::CredentialEnds(ending, days);
        changes::append(session, Some(ending.connection), change, session.now()).await?;
    }
    Ok(is_first)
}
