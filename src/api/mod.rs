//! HTTP only: turns a request into a provider operation, and its outcome into an answer.

mod answer;
mod base_url;
mod bulk;
mod caller;
mod clients;
mod compression;
mod connection_url;
mod connections;
mod credentials;
mod details;
mod discovery;
mod drain;
mod error;
mod groups;
mod me;
mod method_name;
mod mount;
mod normalize;
mod observation;
mod openapi;
mod parameters;
mod payload;
mod routes;
mod search;
mod tag;
mod token_answer;
mod token_endpoint;
mod token_form;
mod tokens;
mod users;
mod whole;

use std::sync::Arc;

use poem::Endpoint;
use poem_openapi::OpenApiService;

use crate::{auth::Authenticate, provider::Provider};

type Apis = (
    users::UsersApi,
    groups::GroupsApi,
    me::MeApi,
    search::SearchApi,
    bulk::BulkApi,
    discovery::DiscoveryApi,
    details::DetailsApi,
    connections::ConnectionsApi,
    tokens::TokensApi,
    clients::ClientsApi,
    token_endpoint::TokenEndpoint,
);

/// Builds all endpoints of the module as one API with its document.
pub fn service(provider: &Arc<Provider>) -> OpenApiService<Apis, ()> {
    let apis = (
        users::UsersApi(provider.clone()),
        groups::GroupsApi(provider.clone()),
        me::MeApi(provider.clone()),
        search::SearchApi(provider.clone()),
        bulk::BulkApi(provider.clone()),
        discovery::DiscoveryApi(provider.clone()),
        details::DetailsApi(provider.clone()),
        connections::ConnectionsApi(provider.clone()),
        tokens::TokensApi(provider.clone()),
        clients::ClientsApi(provider.clone()),
        token_endpoint::TokenEndpoint(provider.clone()),
    );
    OpenApiService::new(apis, "fleet-scim", env!("CARGO_PKG_VERSION"))
        .description("SCIM 2.0 (RFC 7643, RFC 7644): an identity provider pushes users and groups, the host server shows who uses each host.")
        .contact(poem_openapi::ContactObject::new().name("fleet-scim"))
        .server(poem_openapi::ServerObject::new("/").description("The host server that mounts this module."))
        .license(poem_openapi::LicenseObject::new("MIT OR Apache-2.0").url("https://spdx.org/licenses/MIT.html"))
}

/// Writes the document as JSON, its paths with a prefix, with the host's extensions.
pub fn openapi(provider: &Arc<Provider>, prefix: &str) -> String {
    let prefix = match prefix.trim_matches('/') {
        "" => String::new(),
        path => format!("/{path}"),
    };
    openapi::complete(service(provider).url_prefix(&prefix).spec(), &prefix, &provider.types)
}

/// Adds the document of this module to that of a host server.
///
/// # Errors
/// The name that both documents have, each with another meaning.
pub fn openapi_merge(provider: &Arc<Provider>, prefix: &str, host: &mut serde_json::Value) -> Result<(), String> {
    let ours = serde_json::from_str(&openapi(provider, prefix)).unwrap_or_default();
    openapi::merge(host, &ours)
}

/// Builds the endpoints behind authentication, with every failure as a SCIM error.
pub fn endpoint(
    provider: &Arc<Provider>,
    authenticate: Authenticate,
    public_url: Option<String>,
) -> impl Endpoint<Output = poem::Response> + use<> {
    let routes = routes::Routes::from_apis::<Apis>();
    mount::Mount::new(service(provider), provider.clone(), authenticate, public_url, routes)
}
