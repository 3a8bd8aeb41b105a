//! The routes: both mounts of fleet-scim, this server's own API, and what an operator asks.

use std::sync::Arc;

use fleet_scim::{
    ScimModule,
    poem::{
        Endpoint, EndpointExt, Route, get, handler,
        http::StatusCode,
        web::{Data, Redirect},
    },
};

use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    HostError,
    access::{Guard, Refusals, Tokens},
    api, document,
    hosts::HostServer,
    metrics,
};

/// Both mounts of Fleet: clients that follow `latest` and those that pin a version.
pub const MOUNTS: [&str; 2] = ["/api/v1/fleet/scim", "/api/latest/fleet/scim"];

/// The routes of this server below a mount: what changed, and reports.
pub const CHANGES: &str = "/api/v1/fleet/scim/changes";
pub const REPORTS: &str = "/api/v1/fleet/scim/reports";

/// Says whether a path below a mount is of this server.
pub fn is_own(path: &str) -> bool {
    path == CHANGES || path.strip_prefix(REPORTS).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub fn app(server: HostServer, tokens: &Tokens, metrics: PrometheusHandle) -> Result<impl Endpoint + use<>, HostError> {
    let scim = server.scim.clone();
    let service = api::service(Arc::new(server));
    let docs = document::page(&service, &scim, MOUNTS[0])?;
    let guard = || Guard::new(tokens.clone());
    let service = Arc::new(service.with(guard()).map_to_response().boxed());
    let mut app = Route::new()
        .at(CHANGES, service.clone())
        .at(REPORTS, service.clone())
        .at(format!("{REPORTS}/:name"), service.clone())
        .at("/", get(root))
        .at("/healthz", get(healthz))
        .at("/readyz", get(readyz.data(scim.clone())))
        .at("/docs", get(document::docs.data(docs.clone())))
        .at("/openapi.json", get(document::openapi.data(docs)).with(guard()))
        .at("/metrics", get(metrics::render.data(metrics)).with(guard()))
        .nest_no_strip("/api/v1/fleet", service.clone());
    for mount in MOUNTS {
        app = app.nest(mount, scim.endpoint());
    }
    Ok(app.with(Refusals))
}

/// There is no page yet: the documentation is where a person can begin.
#[handler]
fn root() -> Redirect {
    Redirect::see_other("/docs")
}

#[handler]
fn healthz() -> &'static str {
    "ok"
}

/// Says whether requests can be served: 503 with the reason if the database cannot be reached or written, or has no tables.
#[handler]
async fn readyz(scim: Data<&ScimModule>) -> (StatusCode, String) {
    match scim.ready().await {
        Ok(()) => (StatusCode::OK, "ready".to_owned()),
        Err(error @ fleet_scim::Error::NotMigrated) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached, or not written, just now".to_owned())
        }
    }
}
