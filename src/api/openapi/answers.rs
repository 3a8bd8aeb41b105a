//! Reduces the answers that are declared for all operations to those that each can really give.

use serde_json::{Value, json};

use super::{
    super::token_endpoint,
    errors::{self, Operation},
    examples,
};

/// Adds the 304 of a conditional GET, removes the errors that an operation cannot give, and adds examples.
pub fn complete(document: &mut Value, prefix: &str) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (path, methods) in paths {
        let path = path.strip_prefix(prefix).unwrap_or(path);
        for (method, described) in methods.as_object_mut().into_iter().flatten() {
            let operation = Operation { method, path };
            if path == token_endpoint::PATH {
                // It declares its answers itself, and whoever asks has no token yet.
                described["security"] = json!([]);
                continue;
            }
            let parameters = described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let conditional = parameters.iter().any(|parameter| parameter["name"] == "If-None-Match");
            let Some(responses) = described.get_mut("responses").and_then(Value::as_object_mut) else { continue };
            responses.retain(|status, answer| {
                if status.starts_with('2') {
                    return true;
                }
                let example = errors::example(operation, status);
                let media_type = answer.pointer_mut("/content/application~1scim+json");
                if let (Some(media_type), Some(example)) = (media_type, &example) {
                    media_type["example"] = example.to_json();
                }
                example.is_some()
            });
            if conditional && method == "get" {
                let headers = responses.get("200").map(|answer| answer["headers"].clone()).unwrap_or_default();
                let answer = json!({ "description": "The client has this version.", "headers": headers });
                responses.insert("304".to_owned(), answer);
            }
            responses.sort_keys();
            let body = described.pointer_mut("/requestBody/content/application~1scim+json");
            if let Some(body) = body.filter(|_| method == "patch" && !operation.is_of_connection()) {
                body["example"] = examples::patch(operation.of_group());
            }
        }
    }
}
