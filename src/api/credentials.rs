//! Whose a request is: a token of ours, or one that the host knows.

use poem::{Request, http::header};

use super::method_name::method_name;
use crate::{
    auth::{Authenticate, Principal, RequestHead, Role},
    protocol::{
        date,
        messages::error::ScimError,
        quirks,
        token::{Damaged, TokenKind},
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
    match TokenKind::of(token) {
        Some(TokenKind::Connection) => return of_token(provider, token).await,
        Some(TokenKind::Access) => return of_access_token(provider, token).await,
        Some(TokenKind::ClientSecret) => return Err(is_a_secret()),
        None => {}
    }
    match authenticate.principal(token, head(request)).await {
        Ok(Some(principal)) => Ok(principal),
        Ok(None) => Err(not_valid()),
        Err(error) => {
            tracing::error!(%error, "the authenticator failed");
            Err(ScimError::new(503, "the token cannot be checked just now: try again shortly"))
        }
    }
}

fn head(request: &Request) -> RequestHead {
    RequestHead {
        method: method_name(request.method()),
        path: request.uri().path().to_owned(),
        peer: request.remote_addr().as_socket_addr().copied(),
    }
}

/// Finds the connection that a token belongs to.
async fn of_token(provider: &Provider, token: &str) -> Result<Principal, ScimError> {
    let hash = TokenKind::Connection.hash(token).map_err(|Damaged| {
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

/// Finds the connection of the OAuth client that got an access token.
async fn of_access_token(provider: &Provider, token: &str) -> Result<Principal, ScimError> {
    let over = || ScimError::new(401, "the access token is not valid or has expired: get a new one at oauth/token");
    let hash = TokenKind::Access.hash(token).map_err(|Damaged| over())?;
    let found = provider.admission.access_token(&provider.database, &hash).await;
    let found = found.map_err(|error| error.to_scim_error())?.ok_or_else(over)?;
    if found.expires_at <= provider.database.now() {
        return Err(over());
    }
    let subject = format!("client {}", found.client.0);
    Ok(Principal::new(Role::Maintainer).of_connection(found.connection).with_subject(subject))
}

fn is_a_secret() -> ScimError {
    ScimError::new(
        401,
        "this is the secret of an OAuth client, and no token: get an access token for it at oauth/token",
    )
}

fn not_valid() -> ScimError {
    ScimError::new(401, "the token is not valid: make a new one and enter it in your identity provider")
}
