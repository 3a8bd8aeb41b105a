//! How many SCIM requests there were, and how long they took.

use std::time::Instant;

use fleet_scim::poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result, handler, web::Data};
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

pub fn install() -> Result<PrometheusHandle, crate::HostError> {
    Ok(PrometheusBuilder::new().install_recorder()?)
}

#[handler]
pub fn render(metrics: Data<&PrometheusHandle>) -> String {
    metrics.render()
}

pub struct Count;

impl<E: Endpoint> Middleware<E> for Count {
    type Output = Counted<E>;

    fn transform(&self, inner: E) -> Counted<E> {
        Counted(inner)
    }
}

pub struct Counted<E>(E);

impl<E: Endpoint> Endpoint for Counted<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let started = Instant::now();
        let method = match request.method().as_str() {
            known @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD") => known.to_owned(),
            _ => "other".to_owned(),
        };
        let response = self.0.call(request).await?.into_response();
        let status = response.status().as_u16().to_string();
        counter!("scim_requests_total", "method" => method.clone(), "status" => status).increment(1);
        histogram!("scim_request_seconds", "method" => method).record(started.elapsed().as_secs_f64());
        Ok(response)
    }
}
