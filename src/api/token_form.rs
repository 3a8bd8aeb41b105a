//! What an OAuth client sends to the token endpoint: a form, and perhaps its id and secret by HTTP Basic.

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::{Request, RequestBody, Result, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

use super::{
    openapi::{SchemaOf, TokenRequest},
    payload::arrive,
};
use crate::protocol::messages::{error::ScimError, oauth_error::OAuthError};

/// The largest body, in bytes.
const BODY: usize = 64 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// The body of a request: parameters of a form.
pub struct TokenForm(pub Vec<(String, String)>);

impl<'a> ApiExtractor<'a> for TokenForm {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        SchemaOf::<TokenRequest>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: FORM, schema: SchemaOf::<TokenRequest>::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(request: &'a Request, body: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        let is_form = |kind: &str| kind.parse::<mime::Mime>().is_ok_and(|mime| mime.essence_str() == FORM);
        if !request.content_type().is_some_and(is_form) {
            return Err(ScimError::new(400, format!("send the parameters as {FORM}")).into());
        }
        let bytes = arrive(request, body, BODY).await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

/// Reads the client's id and secret from HTTP Basic; both are form-encoded (RFC 6749 section 2.3.1).
pub fn basic(request: &Request) -> Result<Option<(String, String)>, OAuthError> {
    let Some(header) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
    let damaged =
        || OAuthError::invalid_client("the Authorization header is not Basic with a client_id and a client_secret");
    let text = header.to_str().map_err(|_| damaged())?;
    let (scheme, encoded) = text.trim().split_once(' ').ok_or_else(damaged)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(damaged());
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_| damaged())?;
    let decoded = String::from_utf8(bytes).map_err(|_| damaged())?;
    let (id, secret) = decoded.split_once(':').ok_or_else(damaged)?;
    Ok(Some((form_decoded(id), form_decoded(secret))))
}

fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
