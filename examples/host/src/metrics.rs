//! What fleet-scim measures, in the format of Prometheus.

use fleet_scim::poem::{Response, handler, web::Data};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::HostError;

/// Seconds: from a lookup by an index to a push of 100,000 members.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts to collect; before the module is built, which describes what it measures.
pub fn install() -> Result<PrometheusHandle, HostError> {
    let durations = Matcher::Full("scim_request_duration_seconds".to_owned());
    Ok(PrometheusBuilder::new().set_buckets_for_metric(durations, &SECONDS)?.install_recorder()?)
}

#[handler]
pub fn render(metrics: Data<&PrometheusHandle>) -> Response {
    Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8").body(metrics.render())
}
