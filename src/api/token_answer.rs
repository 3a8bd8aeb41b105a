//! What the token endpoint answers: an access token, or an error of RFC 6749 section 5.2.

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, header},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};
use serde_json::Value;

use super::{
    answer::status,
    openapi::{AccessToken, OAuthError as OAuthErrorSchema, SchemaOf},
};
use crate::protocol::messages::{error::ScimError, oauth_error::OAuthError};

/// An answer, of which nobody may keep a copy (RFC 6749 section 5.1).
pub struct TokenAnswer(Response);

impl TokenAnswer {
    pub fn new(of: u16, body: &Value) -> Self {
        let mut response =
            Response::builder().status(status(of)).content_type("application/json").body(body.to_string());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        Self(response)
    }

    /// Answers with an error; `by_header` says whether the client named itself in the Authorization header.
    pub fn refusal(error: &OAuthError, by_header: bool) -> Self {
        let mut answer = Self::new(error.status, &error.to_json());
        let headers = answer.0.headers_mut();
        if error.status == 401 && by_header {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"scim\""));
        }
        if matches!(error.status, 429 | 503) {
            let seconds = if error.status == 429 { "60" } else { "5" };
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        answer
    }
}

impl IntoResponse for TokenAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

/// Gives a refusal of the mount the shape of this endpoint's errors.
pub fn reshape(mut response: Response) -> Response {
    let Some(error) = response.data::<ScimError>().cloned() else { return response };
    let code = match error.status {
        503 => "temporarily_unavailable",
        500.. => "server_error",
        _ => "invalid_request",
    };
    let error = OAuthError { status: error.status, code, description: error.detail.into_owned() };
    let mut shaped = TokenAnswer::refusal(&error, false).0;
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        shaped.headers_mut().insert(header::ALLOW, allow);
    }
    shaped
}

const ANSWERS: [(u16, &str); 9] = [
    (200, "An access token."),
    (400, "The request does not fit, or the connection is detached."),
    (401, "The client or its secret is not valid."),
    (408, "The body did not arrive in time."),
    (413, "The body is too large."),
    (415, "The body has a Content-Encoding."),
    (429, "Ten attempts failed within a minute."),
    (500, "This server failed; its log says why."),
    (503, "Not just now, or the connection is paused."),
];

impl ApiResponse for TokenAnswer {
    fn meta() -> MetaResponses {
        let answers = ANSWERS.into_iter().map(|(status, description)| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: "application/json",
                schema: if status == 200 {
                    SchemaOf::<AccessToken>::schema_ref()
                } else {
                    SchemaOf::<OAuthErrorSchema>::schema_ref()
                },
            }],
            headers: vec![],
        });
        MetaResponses { responses: answers.collect() }
    }

    fn register(registry: &mut Registry) {
        SchemaOf::<AccessToken>::register(registry);
        SchemaOf::<OAuthErrorSchema>::register(registry);
    }
}
