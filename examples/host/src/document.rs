//! One OpenAPI document of this server and the module it mounts, and a page of it.

use std::sync::Arc;

use fleet_scim::{
    ScimModule,
    poem::{
        Response, handler,
        web::{Data, Html},
    },
};
use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Value, json};

use crate::{HostError, app::REPORTS};

pub struct Pages {
    html: String,
    document: String,
}

/// Merges the documents, and makes a page of them.
pub fn page<A: OpenApi + 'static>(
    service: &OpenApiService<A, ()>,
    scim: &ScimModule,
    mount: &str,
) -> Result<Arc<Pages>, HostError> {
    let own = service.spec();
    let mut document: Value = serde_json::from_str(&own)?;
    // The generator writes two answers of one status twice, and a reader of JSON keeps the last: that a report is JSON too is said here.
    document["paths"][format!("{REPORTS}/{{name}}")]["get"]["responses"]["200"]["content"]["application/json; charset=utf-8"] =
        json!({ "schema": {} });
    scim.openapi_merge(mount, &mut document)?;
    // This server's own routes take the same tokens.
    document["security"] = json!([{ "ScimToken": [] }]);
    let document = document.to_string();
    let html = service.swagger_ui_html().replace(&own, &document);
    Ok(Arc::new(Pages { html, document }))
}

#[handler]
pub fn docs(pages: Data<&Arc<Pages>>) -> Html<String> {
    Html(pages.html.clone())
}

#[handler]
pub fn openapi(pages: Data<&Arc<Pages>>) -> Response {
    Response::builder().content_type("application/json").body(pages.document.clone())
}
