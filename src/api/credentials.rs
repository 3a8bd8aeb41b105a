//! Whose a request is: a token of ours, or one that the host knows.

use poem::{Request, http::header};

use crate::{
    auth::{Authenticate, Principal, Role},
    protocol::{
        date,
        messages::error::ScimError,
        quirks,
        token::{PREFIX, token_hash},
    },
    provider::Provider,
};

/// Finds the caller of a request.
///
/// # Errors
/// 400 for several tokens, 401 for none or one that is not valid, 503 if that cannot be told just now.
pub async fn principal(
    provider: &Provider,
    authenticate: &Authenticate,
    request: &Request,
) -> Result<Principal, ScimError> {
    if request.headers().get_all(header::AUTHORIZATION).iter().nth(1).is_some() {
        // Not 401, which makes Entra ID stop provisioning: the problem is not the token.
        return Err(ScimError::invalid_value("send one Authorization header, not several"));
    }
    let Some(header) = request.headers().get(header::AUTHORIZATION) else {
        return Err(ScimError::new(401, "send Authorization: Bearer and the token of the host server"));
    };
    let Some(token) = header.to_str().ok().and_then(quirks::bearer_token) else {
        return Err(ScimError::new(401, "the Authorization header is not Bearer and one token: a token has no blanks"));
    };
    if token.starts_with(PREFIX) {
        return of_token(provider, token).await;
    }
    match authenticate.principal(token).await {
        Ok(Some(principal)) => Ok(principal),
        Ok(None) => Err(not_valid()),
        Err(error) => {
            tracing::error!(%error, "the authenticator failed");
            Err(ScimError::new(503, "the token cannot be checked just now: try again shortly"))
        }
    }
}

/// Finds the connection that a token of ours belongs to.
async fn of_token(provider: &Provider, token: &str) -> Result<Principal, ScimError> {
    let hash = token_hash(token).map_err(|_| {
        ScimError::new(
            401,
            "the token is damaged: copy it whole, or make a new one and enter it in your identity provider",
        )
    })?;
    let found = provider.admission.token(&provider.database, &hash).await.map_err(|error| error.to_scim_error())?;
    let found = found.ok_or_else(not_valid)?;
    let now = provider.database.now();
    if let Some(end) = found.expires_at.filter(|end| *end <= now) {
        let end = date::format(end);
        let detail = format!("the token expired at {end}: make a new one and enter it in your identity provider");
        return Err(ScimError::new(401, detail));
    }
    provider.admission.note_use(found.id, now);
    let subject = format!("token {}", found.id.0);
    Ok(Principal::new(Role::Maintainer).of_connection(found.connection).with_subject(subject))
}

fn not_valid() -> ScimError {
    ScimError::new(401, "the token is not valid: make a new one and enter it in your identity provider")
}
