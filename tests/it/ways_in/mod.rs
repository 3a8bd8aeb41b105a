//! What holds for one way of writing a resource holds for each: POST, PUT, PATCH with and without a path, alone and by
//! Bulk.

mod http;
mod people;
mod values;

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// The ways in which attributes are written to a resource.
const WAYS: [&str; 8] =
    ["POST", "PUT", "PATCH add path", "PATCH replace path", "PATCH add", "PATCH replace", "Bulk POST", "Bulk PUT"];

/// The outcome of writing attributes in one way.
struct Written {
    way: &'static str,
    status: u64,
    scim_type: Value,
    /// The resource as the next GET answers it, if the write succeeded.
    resource: Value,
    details: String,
}

/// Writes attributes, given as JSON text, in each of the ways. Each write starts from `before`, and its resource is
/// deleted again.
async fn written(
    world: &World,
    ways: &[&'static str],
    endpoint: &str,
    before: &Value,
    pairs: &[(&str, &str)],
) -> Vec<Written> {
    let mut all = Vec::new();
    for way in ways.iter().copied() {
        let name = if endpoint == "/Users" { "userName" } else { "displayName" };
        let attributes: Vec<String> = pairs.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        let body = format!(r#"{{"{name}":{},{}}}"#, before[name], attributes.join(","));
        let id = if way.ends_with("POST") { None } else { Some(world.created(endpoint, before.clone()).await) };
        let path = id.as_ref().map_or_else(|| endpoint.to_owned(), |id| format!("{endpoint}/{id}"));
        let op = if way.contains("add") { "add" } else { "replace" };
        let operations = if way.ends_with("path") {
            let one = |(key, value): &(&str, &str)| format!(r#"{{"op":"{op}","path":{},"value":{value}}}"#, json!(key));
            pairs.iter().map(one).collect::<Vec<_>>().join(",")
        } else {
            format!(r#"{{"op":"{op}","value":{{{}}}}}"#, attributes.join(","))
        };
        let patch = format!(r#"{{"Operations":[{operations}]}}"#);
        let bulk = |method: &str| {
            let operation = format!(r#"{{"method":"{method}","bulkId":"b","path":"{path}","data":{body}}}"#);
            format!(r#"{{"Operations":[{operation}]}}"#)
        };
        let answer = match way {
            "POST" => text(world, Method::POST, &path, body).await,
            "PUT" => text(world, Method::PUT, &path, body).await,
            "Bulk POST" => text(world, Method::POST, "/Bulk", bulk("POST")).await,
            "Bulk PUT" => text(world, Method::POST, "/Bulk", bulk("PUT")).await,
            _ => text(world, Method::PATCH, &path, patch).await,
        };
        let details = world.last_request().await["details"].as_str().unwrap().to_owned();
        let operation = &answer.body["Operations"][0];
        let bulk = way.starts_with("Bulk");
        let status =
            if bulk { operation["status"].as_str().unwrap().parse().unwrap() } else { u64::from(answer.status) };
        let scim_type = if bulk { &operation["response"]["scimType"] } else { &answer.body["scimType"] }.clone();
        let created = world.find(endpoint, &format!("{name} pr")).await.body["Resources"][0]["id"].clone();
        let id = id.or_else(|| created.as_str().map(str::to_owned));
        let mut resource = Value::Null;
        if let Some(id) = id {
            let path = format!("{endpoint}/{id}");
            resource = world.get(&path).await.body;
            assert_eq!(world.delete(&path).await.status, 204);
        }
        all.push(Written { way, status, scim_type, resource, details });
    }
    all
}

async fn text(world: &World, method: Method, path: &str, body: String) -> Answer {
    world.send(world.request(method, path, "admin").content_type("application/scim+json").body(body)).await
}
