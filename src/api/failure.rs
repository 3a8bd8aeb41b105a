//! Every failure as a SCIM error; what is private is logged here, once, and answered blandly.

use poem::{
    IntoResponse, Response,
    error::{MethodNotAllowedError, NotFoundError, ResponseError},
    http::StatusCode,
};
use poem_openapi::error::{ParseParamError, ParsePathError};

use super::answer::refusal;
use crate::{
    protocol::error::ScimError,
    store::{
        failure::{Failure, redact},
        transient::Transient,
    },
};

impl ResponseError for ScimError {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        refusal(self).into_response()
    }
}

impl From<Failure> for poem::Error {
    fn from(failure: Failure) -> Self {
        explain(failure).into()
    }
}

/// What a client is told of a failure.
pub fn explain(failure: Failure) -> ScimError {
    let transient = failure.transient();
    let private = match failure {
        Failure::Refused(error) => return error,
        private => self::private(&private),
    };
    let kind = match transient {
        None => {
            tracing::error!(error = private, "an operation failed");
            return internal();
        }
        Some(Transient::Conflict) => "gave way to others too often",
        Some(Transient::Unavailable) => "database not available",
    };
    tracing::warn!(error = private, "{kind}");
    ScimError::new(503, "the server is busy: try again shortly")
}

/// A failure's text without values.
pub fn private(failure: &Failure) -> String {
    match failure {
        Failure::Database(error) => redact(error),
        failure => failure.to_string(),
    }
}

pub fn internal() -> ScimError {
    ScimError::new(500, "the server failed: its log says why")
}

pub fn no_such_endpoint() -> ScimError {
    ScimError::new(
        404,
        "there is no such endpoint: the base URL ends before /Users, /Groups, /Schemas, /ResourceTypes and /ServiceProviderConfig",
    )
}

/// The error behind whatever the framework or a handler gave up with.
pub fn scim_error(error: &poem::Error) -> ScimError {
    if let Some(error) = error.downcast_ref::<ScimError>() {
        return error.clone();
    }
    let status = error.status();
    if error.is::<NotFoundError>() {
        return no_such_endpoint();
    }
    if error.is::<MethodNotAllowedError>() {
        return ScimError::new(405, "this endpoint does not have this method");
    }
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        return ScimError::invalid_value(format!("the parameter {} does not fit", error.name));
    }
    if error.is::<ParsePathError>() || error.is::<poem::error::ParsePathError>() {
        return ScimError::new(404, "there is no such resource");
    }
    if status.is_server_error() {
        tracing::error!(%status, "the framework failed");
        return internal();
    }
    ScimError::new(status.as_u16(), status.canonical_reason().unwrap_or("refused"))
}
