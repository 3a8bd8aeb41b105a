//! A JSON object with the media types of SCIM (RFC 7644 section 3.1); `D` only supplies its schema for the document.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result, error::ReadBodyError, http::Method};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde_json::{Map, Value};

use crate::{
    api::failure::internal,
    protocol::{bounds, error::ScimError},
};

pub const MEDIA_TYPE: &str = "application/scim+json";

/// The body of a request.
pub struct Scim<D> {
    pub body: Map<String, Value>,
    document: PhantomData<fn() -> D>,
}

impl<'a, D: Type> ApiExtractor<'a> for Scim<D> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        D::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let media_type = |content_type| MetaMediaType { content_type, schema: D::schema_ref() };
        let content = vec![media_type(MEDIA_TYPE), media_type("application/json")];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        if let Some(content_type) = request.content_type()
            && !is_json(content_type)
        {
            return Err(ScimError::new(415, "send application/scim+json or application/json, in UTF-8").into());
        }
        let limit = limit(request);
        let bytes = match body.take()?.into_bytes_limit(limit).await {
            Ok(bytes) => bytes,
            Err(ReadBodyError::PayloadTooLarge) => {
                return Err(ScimError::new(413, format!("the body is larger than {limit} bytes")).into());
            }
            Err(_) => return Err(ScimError::invalid_syntax("the body ended early").into()),
        };
        let parsed = match bytes.len() > bounds::BODY {
            // A group of everybody takes a tenth of a second, in which the runtime has others to serve.
            true => {
                tokio::task::spawn_blocking(move || serde_json::from_slice(&bytes)).await.map_err(|_| internal())?
            }
            false => serde_json::from_slice(&bytes),
        };
        match parsed {
            Ok(Value::Object(body)) => Ok(Self { body, document: PhantomData }),
            Ok(_) => Err(ScimError::invalid_syntax("the body must be a JSON object").into()),
            // The words of the parser name a place, never a value.
            Err(error) => Err(ScimError::invalid_syntax(format!("the body is not JSON: {}", syntax(&error))).into()),
        }
    }
}

fn limit(request: &Request) -> usize {
    let groups = request.uri().path().trim_start_matches('/').starts_with("Groups");
    let whole = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    if groups && whole { bounds::GROUP_BODY } else { bounds::BODY }
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

fn syntax(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends early",
        _ => "unexpected text",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
}
