//! An authenticator that accepts every token, and how the benchmarks call the endpoint.

use std::sync::Arc;

use fleet_scim::{
    Authenticator, AuthenticatorError, Principal, Role,
    poem::{Endpoint, Request, Response, endpoint::BoxEndpoint, http::Method},
};

pub struct Anybody;

impl Authenticator for Anybody {
    async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(Some(Principal::new(Role::Admin)))
    }
}

pub type App = Arc<BoxEndpoint<'static, Response>>;

/// Sends a request, and returns the status and the text of the answer.
pub async fn call(app: &App, method: Method, path: &str, body: Option<String>) -> (u16, String) {
    let request = Request::builder().method(method).uri_str(path).header("authorization", "Bearer t");
    let request = match body {
        Some(body) => request.content_type("application/scim+json").body(body),
        None => request.finish(),
    };
    let response = app.call(request).await.unwrap();
    (response.status().as_u16(), response.into_body().into_string().await.unwrap())
}
