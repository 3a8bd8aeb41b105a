//! The security scheme of every endpoint: who calls was found out by the mount.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};

use super::origin::Base;
use crate::{
    auth::Principal,
    protocol::{error::ScimError, id::RequestId},
    provider::{Call, Provider},
};

/// A caller and where the resources are for it.
pub struct Caller {
    request: RequestId,
    principal: Principal,
    base: Base,
}

impl Caller {
    /// Whose the token is, where the host says so.
    pub fn user_name(&self) -> Option<&str> {
        self.principal.user_name.as_deref()
    }

    pub fn call<'a>(&'a self, provider: &'a Provider) -> Call<'a> {
        Call {
            request: self.request,
            connection: self.principal.connection,
            base: &self.base.mount,
            types: &provider.types,
            hosts_url: &self.base.hosts,
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
        match (request.data::<RequestId>(), request.data::<Principal>(), request.data::<Base>()) {
            (Some(request), Some(principal), Some(base)) => {
                Ok(Self { request: *request, principal: principal.clone(), base: base.clone() })
            }
            _ => Err(ScimError::new(401, "send Authorization: Bearer and a token").into()),
        }
    }
}
