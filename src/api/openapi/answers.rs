//! Reduces the answers that are declared for all operations to those that each can really give.

use serde_json::{Value, json};

use super::examples;

/// Adds the 304 of a conditional GET and removes the answers that a method or path cannot give.
pub fn complete(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let has = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
            let conditional = has("If-None-Match");
            let writes = operation["requestBody"].is_object() && !path.ends_with("/.search");
            let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
            if conditional && method == "get" {
                let headers = responses.get("200").map(|answer| answer["headers"].clone()).unwrap_or_default();
                let answer = json!({ "description": "The client has this version.", "headers": headers });
                responses.insert("304".to_owned(), answer);
            }
            let bulk = path.ends_with("/Bulk");
            responses.retain(|status, _| match status.as_str() {
                "409" => writes && !bulk,
                "412" => conditional,
                "413" | "415" => method != "get" && method != "delete",
                "501" => path.ends_with("/Me"),
                _ => true,
            });
            responses.sort_keys();
            let of_group = path.contains("/Groups");
            for (status, answer) in responses.iter_mut() {
                let media_type = answer.pointer_mut("/content/application~1scim+json");
                if let (Some(media_type), Some(example)) = (media_type, examples::error(status, of_group)) {
                    media_type["example"] = example;
                }
            }
            let body = operation.pointer_mut("/requestBody/content/application~1scim+json");
            if let Some(body) = body.filter(|_| method == "patch") {
                body["example"] = examples::patch(of_group);
            }
        }
    }
}
