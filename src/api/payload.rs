//! A JSON object with the media types of SCIM (RFC 7644 section 3.1); `D` only supplies its schema in the OpenAPI document.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use bytes::Bytes;
use poem::{
    Request, RequestBody, Result,
    error::ReadBodyError,
    http::{Method, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::{
    protocol::{
        bounds, json,
        messages::error::ScimError,
        patch::{self, Operation},
        schema::{ResourceType, ResourceTypes},
    },
    provider::{Provider, read_aside},
};

pub const MEDIA_TYPE: &str = "application/scim+json";

/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// The body of a request.
pub struct Scim<D> {
    bytes: Bytes,
    document: PhantomData<fn() -> D>,
}

impl<D> Scim<D> {
    /// Reads the body as an object.
    ///
    /// # Errors
    /// 400 if it is not a JSON object, or exceeds a limit.
    pub async fn object(self) -> Result<Map<String, Value>, ScimError> {
        read_aside(self.bytes, json::object).await
    }

    /// Reads the body as a group, which may have very many members.
    ///
    /// # Errors
    /// As [`Scim::object`].
    pub async fn group(self, provider: &Arc<Provider>) -> Result<Map<String, Value>, ScimError> {
        let provider = provider.clone();
        read_aside(self.bytes, move |bytes| json::group(bytes, &provider.types.group)).await
    }

    /// Reads the body as the operations of a PATCH.
    ///
    /// # Errors
    /// As [`Scim::object`].
    pub async fn operations(
        self,
        provider: &Arc<Provider>,
        of: fn(&ResourceTypes) -> &ResourceType,
    ) -> Result<Vec<Operation>, ScimError> {
        let provider = provider.clone();
        read_aside(self.bytes, move |bytes| patch::read(bytes, of(&provider.types))).await
    }
}

impl<'a, D: Type> ApiExtractor<'a> for Scim<D> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        D::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        // `application/json` is also accepted, but in the document it would double each generated method.
        let content = vec![MetaMediaType { content_type: MEDIA_TYPE, schema: D::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        if let Some(content_type) = request.content_type()
            && !(is_json(content_type) || changes_connection(request) && is_merge_patch(content_type))
        {
            return Err(ScimError::new(415, "send application/scim+json or application/json, in UTF-8").into());
        }
        Ok(Self { bytes: arrive(request, body, limit(request)).await?, document: PhantomData })
    }
}

/// Waits for a body of so many bytes at most.
pub async fn arrive(request: &Request, body: &mut RequestBody, limit: usize) -> Result<Bytes> {
    let encoding = request.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(ScimError::new(415, "send the body as it is, without a Content-Encoding").into());
    }
    let too_large = || ScimError::new(413, format!("the body is larger than {limit} bytes"));
    if content_length(request).is_some_and(|length| length > limit) {
        return Err(too_large().into());
    }
    let arrived = timeout(ARRIVAL, body.take()?.into_bytes_limit(limit)).await;
    match arrived.map_err(|_| ScimError::new(408, "the body did not arrive in time"))? {
        Ok(bytes) => Ok(bytes),
        Err(ReadBodyError::PayloadTooLarge) => Err(too_large().into()),
        Err(_) => Err(ScimError::invalid_syntax("the body ended early").into()),
    }
}

fn content_length(request: &Request) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Says whether the body may be a large one; large bodies take many times their size in memory.
pub fn may_be_large(request: &Request) -> bool {
    limit(request) > bounds::BODY && content_length(request).is_none_or(|length| length > bounds::BODY)
}

fn limit(request: &Request) -> usize {
    let path = request.uri().path().trim_matches('/');
    let groups = path == "Groups" || path.starts_with("Groups/") && path != "Groups/.search";
    let whole = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if groups && whole { bounds::GROUP_BODY } else { bounds::BODY }
}

fn changes_connection(request: &Request) -> bool {
    *request.method() == Method::PATCH && request.uri().path().starts_with("/connections/")
}

/// Says whether it is the media type of RFC 7396.
fn is_merge_patch(content_type: &str) -> bool {
    content_type.parse::<mime::Mime>().is_ok_and(|mime| mime.essence_str() == "application/merge-patch+json")
}

fn is_json(content_type: &str) -> bool {
    content_type.parse::<mime::Mime>().is_ok_and(|mime| {
        let kind = (mime.type_().as_str(), mime.subtype().as_str(), mime.suffix().map(|suffix| suffix.as_str()));
        let charset = mime.get_param("charset");
        matches!(kind, ("application", "json", None) | ("application", "scim", Some("json")))
            && charset
                .is_none_or(|charset| ["utf-8", "utf8"].iter().any(|name| charset.as_str().eq_ignore_ascii_case(name)))
    })
}
