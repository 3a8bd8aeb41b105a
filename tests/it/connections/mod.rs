//! Connections, their base URLs, states, tokens and OAuth clients.

mod assertion;
mod attributes;
mod bulk;
mod deletion;
mod expiry;
mod isolation;
mod limits;
mod manage;
mod oauth;
mod settings;
mod states;
mod tokens;

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::world::{Answer, World};

/// Sends a request with any token.
pub async fn call(world: &World, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let request = world.request(method, path, token);
    let request = match body {
        Some(body) => request.content_type("application/json").body(body.to_string()),
        None => request.finish(),
    };
    world.send(request).await
}

/// Creates a connection and a token for it.
pub async fn connect(world: &World, name: &str) -> String {
    let created = world.post("/connections", json!({ "name": name })).await;
    assert_eq!(created.status, 201, "{}", created.text);
    token(world, name).await
}

/// Makes a token for a connection.
pub async fn token(world: &World, name: &str) -> String {
    let issued = world.post(&format!("/connections/{name}/tokens"), json!({})).await;
    assert_eq!(issued.status, 201, "{}", issued.text);
    issued.body["token"].as_str().unwrap().to_owned()
}

/// Changes a connection.
pub async fn change(world: &World, name: &str, change: Value) -> Answer {
    world.call(Method::PATCH, &format!("/connections/{name}"), Some(change)).await
}
