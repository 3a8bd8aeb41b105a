//! The security scheme of every endpoint; the mount has already authenticated the caller.

use std::sync::Arc;

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{
    auth::Principal,
    protocol::{
        id::{ConnectionId, RequestId},
        kept_attributes::KeptAttributes,
        messages::error::ScimError,
        resource::projection::Projection,
    },
    provider::{Preconditions, Provider, RequestContext, Urls, stored_bytes::StoredBytes},
    store::connections::Service,
};

/// The name of the security scheme in the OpenAPI document; a host may have one called `bearer`.
const SECURITY_SCHEME: &str = "ScimToken";

/// A caller, and the URLs of the resources as it sees them.
pub struct Caller {
    request: RequestId,
    principal: Principal,
    service: Service,
    urls: Urls,
}

impl Caller {
    /// Returns the `userName` of the user that the token belongs to, if the host names one.
    pub fn user_name(&self) -> Option<&str> {
        self.principal.user_name.as_deref()
    }

    pub const fn request(&self) -> RequestId {
        self.request
    }

    pub const fn connection(&self) -> ConnectionId {
        self.principal.connection
    }

    pub fn base_url(&self) -> &str {
        &self.urls.base
    }

    /// Returns the attributes of users that the connection keeps; all if it is `None`.
    pub fn kept(&self) -> Option<&KeptAttributes> {
        self.service.kept.as_deref()
    }

    /// Builds the context of this request.
    pub fn context(
        self,
        provider: &Arc<Provider>,
        preconditions: Preconditions,
        projection: Projection,
    ) -> RequestContext {
        RequestContext {
            provider: provider.clone(),
            request: self.request,
            connection: self.principal.connection,
            kind: self.service.kind,
            settings: self.service.settings,
            kept: self.service.kept,
            urls: self.urls,
            preconditions,
            projection,
            stored: StoredBytes::default(),
        }
    }
}

impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = MetaSecurityScheme {
            ty: "http",
            description: Some("A token of the host server, for a maintainer or an administrator."),
            name: None,
            key_in: None,
            scheme: Some("bearer"),
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme(SECURITY_SCHEME, scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SECURITY_SCHEME]
    }

    async fn from_request(of: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        match (of.data::<RequestId>(), of.data::<Principal>(), of.data::<Urls>()) {
            (Some(request), Some(principal), Some(urls)) => {
                let service = of.data::<Service>().cloned().unwrap_or_default();
                Ok(Self { request: *request, principal: principal.clone(), service, urls: urls.clone() })
            }
            _ => Err(ScimError::new(401, "send Authorization: Bearer and a token").into()),
        }
    }
}
