//! One OpenAPI document of the host server and the module it mounts, and a page of it.

use std::sync::Arc;

use fleet_scim::{
    ScimModule,
    poem::{
        handler,
        web::{Data, Html},
    },
};
use poem_openapi::{OpenApi, OpenApiService};
use serde_json::{Value, json};

pub struct Pages {
    html: String,
    document: String,
}

/// Merges the documents: paths, schemas, security schemes and tags of both. The module's names begin with `Scim`, so they
/// overwrite none of the host's.
pub fn page<A: OpenApi + 'static>(service: &OpenApiService<A, ()>, scim: &ScimModule, mount: &str) -> Arc<Pages> {
    let own = service.spec();
    let mut document: Value = serde_json::from_str(&own).unwrap_or_default();
    let module: Value = serde_json::from_str(&scim.openapi(mount)).unwrap_or_default();
    for section in ["/paths", "/components/schemas", "/components/securitySchemes"] {
        merge(&mut document, &module, section);
    }
    let tags = module["tags"].as_array().into_iter().flatten().cloned();
    match document["tags"].as_array_mut() {
        Some(own) => own.extend(tags),
        None => document["tags"] = tags.collect(),
    }
    // The host's own routes take the same tokens.
    document["security"] = json!([{ "ScimToken": [] }]);
    let document = document.to_string();
    let html = service.swagger_ui_html().replace(&own, &document);
    Arc::new(Pages { html, document })
}

fn merge(document: &mut Value, module: &Value, section: &str) {
    let Some(more) = module.pointer(section).and_then(Value::as_object) else { return };
    let mut place = document;
    for key in section.trim_start_matches('/').split('/') {
        if !place[key].is_object() {
            place[key] = Value::Object(serde_json::Map::new());
        }
        place = &mut place[key];
    }
    for (key, value) in more {
        place[key] = value.clone();
    }
}

#[handler]
pub fn docs(pages: Data<&Arc<Pages>>) -> Html<String> {
    Html(pages.html.clone())
}

#[handler]
pub fn openapi(pages: Data<&Arc<Pages>>) -> fleet_scim::poem::Response {
    fleet_scim::poem::Response::builder().content_type("application/json").body(pages.document.clone())
}
