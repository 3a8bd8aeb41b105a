//! The security scheme of every endpoint: the mount has found out who calls.

use std::sync::Arc;

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use crate::{
    auth::Principal,
    protocol::{
        error::ScimError,
        id::{ConnectionId, RequestId},
        projection::Projection,
    },
    provider::{Preconditions, Provider, RequestContext, Urls},
};

/// A caller, and where the resources are for it.
pub struct Caller {
    request: RequestId,
    principal: Principal,
    urls: Urls,
}

impl Caller {
    /// The `userName` of the user that the token belongs to, if the host says so.
    pub fn user_name(&self) -> Option<&str> {
        self.principal.user_name.as_deref()
    }

    pub const fn connection(&self) -> ConnectionId {
        self.principal.connection
    }

    pub fn base_url(&self) -> &str {
        &self.urls.base
    }

    /// The context of this request.
    pub fn context(
        &self,
        provider: &Arc<Provider>,
        preconditions: Preconditions,
        projection: Projection,
    ) -> RequestContext {
        RequestContext {
            provider: provider.clone(),
            request: self.request,
            principal: self.principal.clone(),
            urls: self.urls.clone(),
            preconditions,
            projection,
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
        registry.create_security_scheme("bearer", scheme);
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["bearer"]
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        match (request.data::<RequestId>(), request.data::<Principal>(), request.data::<Urls>()) {
            (Some(request), Some(principal), Some(urls)) => {
                Ok(Self { request: *request, principal: principal.clone(), urls: urls.clone() })
            }
            _ => Err(ScimError::new(401, "send Authorization: Bearer and a token").into()),
        }
    }
}
