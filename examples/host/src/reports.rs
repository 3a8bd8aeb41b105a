//! What an administrator asks about all hosts, as JSON or as CSV.

use std::sync::Arc;

use fleet_scim::{
    hosts::{Report, ReportRow},
    poem::{self, Body, http::StatusCode},
};
use futures_util::stream;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Path, Query},
    payload::{Binary, Json},
    types::Any,
};
use serde_json::{Value, json};

use crate::{
    api::{failed, refused},
    hosts::HostServer,
};

pub struct ReportsApi(pub Arc<HostServer>);

#[derive(ApiResponse)]
enum Answer {
    /// A page of the report.
    #[oai(status = 200)]
    Page(Json<Any<Value>>),
    /// All of it.
    #[oai(status = 200, content_type = "text/csv; charset=utf-8")]
    Csv(Binary<Body>, #[oai(header = "content-disposition")] String),
}

/// Rows that are read together for a CSV.
const PART: u64 = 500;

#[OpenApi(prefix_path = "/api/v1/fleet")]
impl ReportsApi {
    /// Count the rows of all reports.
    #[oai(path = "/scim/reports", method = "get", operation_id = "count_reports")]
    async fn counts(&self) -> poem::Result<Json<Any<Value>>> {
        let counts = self.0.scim.hosts().report_counts().await.map_err(|error| failed(error.into()))?;
        let mut all = json!({});
        for report in Report::ALL {
            all[report.as_str()] = json!(counts.of(report));
        }
        Ok(Json(Any(all)))
    }

    /// Read a report.
    ///
    /// `offboarding`, `unowned`, `ambiguous`, `people-without-host`, `unprovisioned` or `shared`. Ask again with `next`. With `Accept: text/csv` it
    /// is the whole report as CSV.
    #[oai(path = "/scim/reports/:name", method = "get", operation_id = "read_report")]
    async fn read(
        &self,
        request: &poem::Request,
        name: Path<String>,
        after: Query<Option<i64>>,
        /// 1 to 1,000.
        #[oai(default = "limit")]
        limit: Query<u64>,
    ) -> poem::Result<Answer> {
        let Some(report) = Report::parse(&name) else {
            return Err(refused(StatusCode::NOT_FOUND, "there is no such report"));
        };
        if request.header("accept").is_some_and(|accept| accept.contains("text/csv")) {
            return self.csv(report).await;
        }
        let hosts = self.0.scim.hosts();
        let rows = hosts.report(report, after.0, limit.0).await.map_err(|error| failed(error.into()))?;
        // Counting goes through all hosts: once for a walk.
        let count = match after.0 {
            None => Some(hosts.report_counts().await.map_err(|error| failed(error.into()))?.of(report)),
            Some(_) => None,
        };
        let next = rows.last().map(|row| row.position);
        let rows: Vec<Value> = rows.iter().map(ReportRow::to_json).collect();
        let body = json!({ "report": report.as_str(), "count": count, "rows": rows, "next": next });
        Ok(Answer::Page(Json(Any(body))))
    }
}

impl ReportsApi {
    /// Streams a report, a part at a time: each is read when the client took the one before. The first is read before anything is answered.
    async fn csv(&self, report: Report) -> poem::Result<Answer> {
        let first = self.0.scim.hosts().report(report, None, PART).await.map_err(|error| failed(error.into()))?;
        let header = ReportRow::CSV_HEADER.to_owned();
        let parts = stream::try_unfold((self.0.clone(), header, first), move |(server, header, rows)| async move {
            let Some(last) = rows.last().map(|row| row.position) else {
                let rest = (!header.is_empty()).then(|| (header, (server, String::new(), vec![])));
                return Ok::<_, std::io::Error>(rest);
            };
            let text = rows.iter().fold(header, |text, row| text + &row.to_csv());
            let next = server.scim.hosts().report(report, Some(last), PART).await.map_err(|error| {
                // The client sees that the answer ends before its end.
                tracing::error!(report = report.as_str(), transient = error.is_transient(), "a report was cut off");
                std::io::Error::other("the report was cut off")
            })?;
            Ok(Some((text, (server, String::new(), next))))
        });
        let name = format!("attachment; filename=\"{}.csv\"", report.as_str());
        Ok(Answer::Csv(Binary(Body::from_bytes_stream(parts)), name))
    }
}

fn limit() -> u64 {
    100
}
