//! Turns every error of poem and of an operation into a SCIM error.

use poem::{
    Response,
    error::{MethodNotAllowedError, NotFoundError, ResponseError},
    http::StatusCode,
};
use poem_openapi::error::{ParseParamError, ParsePathError};

use super::answer::{refusal, status};
use crate::{protocol::messages::error::ScimError, store::operation_error::OperationError};

impl ResponseError for ScimError {
    fn status(&self) -> StatusCode {
        status(self.status)
    }

    fn as_response(&self) -> Response {
        refusal(self)
    }
}

impl From<OperationError> for poem::Error {
    fn from(error: OperationError) -> Self {
        error.to_scim_error().into()
    }
}

pub fn no_such_endpoint() -> ScimError {
    ScimError::new(
        404,
        "there is no such endpoint: the base URL ends before /Users, /Groups, /Schemas, /ResourceTypes and /ServiceProviderConfig",
    )
}

/// Finds the SCIM error behind whatever error the framework or a handler returned.
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
        return ScimError::internal();
    }
    ScimError::new(status.as_u16(), status.canonical_reason().unwrap_or("refused"))
}
