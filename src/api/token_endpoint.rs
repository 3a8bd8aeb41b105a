//! `/oauth/token`: access tokens for OAuth clients. Its errors are those of RFC 6749 section 5.2, not of SCIM.

use std::sync::Arc;

use poem::{Request, Result, http::header};
use poem_openapi::OpenApi;
use serde_json::{Value, json};

use super::{
    tag::Tag,
    token_answer::TokenAnswer,
    token_form::{TokenForm, basic},
};
use crate::{
    protocol::messages::{oauth::TokenRequest, oauth_error::OAuthError},
    provider::{ACCESS_TOKEN_LIFE, Provider, issue_access_token},
};

/// The path of the endpoint, below the mount.
pub const PATH: &str = "/oauth/token";

pub struct TokenEndpoint(pub Arc<Provider>);

#[OpenApi(tag = "Tag::Connections")]
impl TokenEndpoint {
    /// Get an access token for an OAuth client (RFC 6749 section 4.4).
    ///
    /// The client sends its id and secret in the body, or by HTTP Basic; one with federation sends `client_assertion` in place of the
    /// secret (RFC 7523). The token lives an hour. It reads and writes the users and
    /// groups of the client's connection, and sees its `/details`.
    #[oai(path = "/oauth/token", method = "post", operation_id = "issue_access_token")]
    async fn issue(&self, request: &Request, form: TokenForm) -> Result<TokenAnswer> {
        let by_header = request.headers().contains_key(header::AUTHORIZATION);
        match self.answer(request, &form).await? {
            Ok(answer) => Ok(TokenAnswer::new(200, &answer)),
            Err(error) => Ok(TokenAnswer::refusal(&error, by_header)),
        }
    }
}

impl TokenEndpoint {
    async fn answer(&self, request: &Request, form: &TokenForm) -> Result<Result<Value, OAuthError>> {
        let parsed = basic(request).and_then(|header| TokenRequest::parse(form.0.clone(), header));
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(refused) => return Ok(Err(refused)),
        };
        let address = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
        let attempt = (parsed.client_id.clone(), address);
        if self.0.admission.failures.wait(&attempt).is_some() {
            return Ok(Err(OAuthError::too_many_failures()));
        }
        let issued = issue_access_token(&self.0, &parsed).await?;
        if issued.as_ref().is_err_and(|refused| refused.status == 401) {
            self.0.admission.failures.note(attempt);
        }
        Ok(issued.map(|token| {
            let mut answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": ACCESS_TOKEN_LIFE });
            // RFC 6749 section 3.3: who asked for another scope is told which one it got.
            if parsed.asks_for_scope {
                answer["scope"] = "scim".into();
            }
            answer
        }))
    }
}
