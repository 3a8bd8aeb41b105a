//! The answers of the endpoints, and their description in the OpenAPI document.

use std::marker::PhantomData;

use poem::{
    IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode},
};
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::Value;

use super::{
    compression::Length,
    openapi::{Error, Group, Named, SchemaOf, User},
    payload::MEDIA_TYPE,
};
use crate::{
    protocol::{messages::error::ScimError, resource::representation::Representation, warnings::Warnings},
    provider::ResourceAnswer,
};

/// A JSON text with a status; `N` names its schema in the OpenAPI document.
pub struct Answer<N, const STATUS: u16> {
    response: Response,
    document: PhantomData<fn() -> N>,
}

impl<N, const STATUS: u16> Answer<N, STATUS> {
    pub fn new(text: String) -> Self {
        let length = Length(text.len());
        let mut response = Response::builder().status(status(STATUS)).content_type(MEDIA_TYPE).body(text);
        response.set_data(length);
        Self { response, document: PhantomData }
    }

    /// Adds the warnings that `/details` shows for a request that succeeded.
    pub fn with_warnings(mut self, warnings: Warnings) -> Self {
        self.response.set_data(warnings);
        self
    }

    /// Sets the error that `/details` shows for the request if its status does not tell.
    pub fn ending_as(mut self, error: ScimError) -> Self {
        self.response.set_data(error);
        self
    }

    /// Adds where it is.
    pub fn at(mut self, location: &str) -> Self {
        if let Ok(value) = location.parse() {
            self.response.headers_mut().insert("location", value);
        }
        self
    }

    /// Says that nobody may keep a copy: it holds a secret.
    pub fn not_stored(mut self) -> Self {
        self.response.headers_mut().insert("cache-control", HeaderValue::from_static("no-store"));
        self
    }

    /// Answers with a resource, its ETag and its Location.
    pub fn resource(answer: ResourceAnswer) -> Self {
        let ResourceAnswer { representation: Representation { text, location, etag, .. }, warnings } = answer;
        let mut this = Self::new(text);
        this.set_headers(&etag, &location);
        this.with_warnings(warnings)
    }

    /// Answers with the same resource if the client already has this version (RFC 9110 section 13.1.2).
    pub fn not_modified(answer: &ResourceAnswer) -> Self {
        let mut this = Self { response: StatusCode::NOT_MODIFIED.into_response(), document: PhantomData };
        this.set_headers(&answer.representation.etag, &answer.representation.location);
        this
    }

    pub fn no_content(etag: Option<(&str, &str)>, warnings: Warnings) -> Self {
        let mut this = Self { response: StatusCode::NO_CONTENT.into_response(), document: PhantomData };
        if let Some((etag, location)) = etag {
            this.set_headers(etag, location);
        }
        this.response.set_data(warnings);
        this
    }

    fn set_headers(&mut self, etag: &str, location: &str) {
        for (name, value) in [("etag", etag), ("location", location), ("content-location", location)] {
            if let Ok(value) = value.parse() {
                self.response.headers_mut().insert(name, value);
            }
        }
    }
}

impl<N, const STATUS: u16> IntoResponse for Answer<N, STATUS>
where
    N: 'static,
{
    fn into_response(self) -> Response {
        self.response
    }
}

/// The answer to a deletion.
pub struct NoContent;

/// The whole group, or nothing if it has too many members.
pub struct GroupOrNoContent;

impl<N: Described, const STATUS: u16> ApiResponse for Answer<N, STATUS> {
    fn meta() -> MetaResponses {
        let mut responses = N::responses(STATUS);
        for (status, description) in ERRORS {
            responses.push(MetaResponse {
                description,
                status: Some(status),
                status_range: None,
                content: vec![media_type(SchemaOf::<Error>::schema_ref())],
                headers: header_of_refusal(status).map(|(name, _)| header(name)).into_iter().collect(),
            });
        }
        MetaResponses { responses }
    }

    fn register(registry: &mut Registry) {
        N::register(registry);
        SchemaOf::<Error>::register(registry);
    }
}

/// The description of an answer in the OpenAPI document.
pub trait Described: 'static {
    fn responses(status: u16) -> Vec<MetaResponse>;

    fn register(registry: &mut Registry);
}

impl<N: Named> Described for N {
    fn responses(status: u16) -> Vec<MetaResponse> {
        vec![MetaResponse {
            description: if status == 201 { "Created." } else { "Done." },
            status: Some(status),
            status_range: None,
            content: vec![media_type(SchemaOf::<N>::schema_ref())],
            headers: if has_version::<N>() { versioned() } else { vec![] },
        }]
    }

    fn register(registry: &mut Registry) {
        SchemaOf::<N>::register(registry);
    }
}

impl Described for NoContent {
    fn responses(status: u16) -> Vec<MetaResponse> {
        vec![MetaResponse {
            description: "Done, and there is nothing to answer with.",
            status: Some(status),
            status_range: None,
            content: vec![],
            headers: vec![],
        }]
    }

    fn register(_: &mut Registry) {}
}

impl Described for GroupOrNoContent {
    fn responses(status: u16) -> Vec<MetaResponse> {
        let mut responses = Group::responses(status);
        let nothing = NoContent::responses(204).into_iter().map(|response| MetaResponse {
            description: "Done; the group has too many members to answer with.",
            headers: versioned(),
            ..response
        });
        responses.extend(nothing);
        responses
    }

    fn register(registry: &mut Registry) {
        <Group as Described>::register(registry);
    }
}

/// The errors that any endpoint can return.
const ERRORS: [(u16, &str); 13] = [
    (400, "The request does not fit: `detail` says what to change."),
    (401, "No token, or a wrong one."),
    (403, "The token's role may not do this."),
    (404, "Not here."),
    (408, "The body did not arrive in time."),
    (409, "Another resource has the name, or what is asked cannot be done now: `detail` says which."),
    (412, "The resource does not meet If-Match or If-None-Match."),
    (413, "The body is too large."),
    (415, "Another media type than JSON."),
    (429, "More requests in a second than the connection serves."),
    (500, "This server failed; its log says why."),
    (501, "Not supported for this token."),
    (503, "Not just now: try again after the seconds of Retry-After."),
];

fn has_version<N: Named>() -> bool {
    [User::NAME, Group::NAME].contains(&N::NAME)
}

/// The headers of a resource that has a version.
fn versioned() -> Vec<MetaHeader> {
    ["ETag", "Location", "Content-Location"].map(header).into()
}

/// Returns the header that an error's status requires.
const fn header_of_refusal(status: u16) -> Option<(&'static str, &'static str)> {
    match status {
        401 => Some(("WWW-Authenticate", "Bearer realm=\"scim\"")),
        429 => Some(("Retry-After", "1")),
        503 => Some(("Retry-After", "5")),
        _ => None,
    }
}

fn header(name: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: None,
        required: false,
        deprecated: false,
        schema: String::schema_ref(),
    }
}

fn media_type(schema: MetaSchemaRef) -> MetaMediaType {
    MetaMediaType { content_type: MEDIA_TYPE, schema }
}

pub(super) fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Leaves out what has no value, as SCIM does (RFC 7643 section 2.5).
pub fn without_null(mut object: Value) -> Value {
    if let Value::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}

/// Builds the answer for an error, with the headers that its status requires.
pub fn refusal(error: &ScimError) -> Response {
    let mut response =
        Response::builder().status(status(error.status)).content_type(MEDIA_TYPE).body(error.to_json().to_string());
    if let Some((name, value)) = header_of_refusal(error.status)
        && let Ok(name) = HeaderName::from_bytes(name.as_bytes())
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
