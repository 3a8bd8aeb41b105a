//! Plays the steps of a client, and checks in every answer what clients depend on.

use std::collections::HashMap;

use fleet_scim::poem::{Request, http::Method};
use serde_json::{Map, Value};

use super::fixture::{Step, fill, fill_text, look, steps};
use crate::world::{Answer, MOUNT, World};

pub struct Client {
    pub folder: &'static str,
    pub headers: &'static [(&'static str, &'static str)],
    /// Sent if there is a body; empty if `headers` has one for every request.
    pub content_type: &'static str,
}

/// Plays all steps of a folder, and returns the ids that they saved.
pub async fn play(world: &World, client: &Client) -> HashMap<String, String> {
    let mut saved = HashMap::new();
    for (name, step) in steps(client.folder) {
        let name = format!("{name} ({})", step.step);
        let path = fill_text(&step.path, &saved);
        let body = step.body.as_ref().map(|body| fill(body, &saved));
        assert!(!path.contains(['{', '}']), "{name}: nothing was saved for {path}");
        let answer = world.send(request(client, &step, &path, body.as_ref())).await;
        assert!(step.status.allows(answer.status), "{name}: {} {}", answer.status, answer.text);
        let by_cursor = path.contains("cursor") || body.as_ref().is_some_and(|body| body.get("cursor").is_some());
        hold_to_the_rules(&name, &answer, by_cursor);
        if let Some(save) = &step.save {
            for cursor in ["nextCursor", "previousCursor"] {
                if let Some(at) = answer.body[cursor].as_str() {
                    saved.insert(format!("{save}.{cursor}"), at.to_owned());
                }
            }
            let resource = answer.body.pointer("/Resources/0").unwrap_or(&answer.body);
            saved.insert(save.clone(), resource["id"].as_str().unwrap().to_owned());
            saved.insert(format!("{save}.version"), resource["meta"]["version"].as_str().unwrap().to_owned());
        }
        compare(&name, &answer.body, &step.assert, &saved);
        // A search only reads, and separate steps check what the operations of a Bulk request did.
        if step.method == "GET" || path.ends_with("/.search") || path == "/Bulk" {
            assert!(step.then.is_empty(), "{name}: a GET has no afterwards");
        } else {
            assert!(!step.then.is_empty(), "{name}: a write says what is then");
            let after = world.get(&written(&path, &step, &answer)).await;
            if matches!(answer.status, 200 | 201) {
                assert_eq!(answer.body, after.body, "{name}: the answer is what is then");
            }
            compare(&name, &after.body, &step.then, &saved);
        }
    }
    saved.retain(|name, _| !name.contains('.'));
    saved
}

fn request(client: &Client, step: &Step, path: &str, body: Option<&Value>) -> Request {
    let mut headers: HashMap<&str, &str> = HashMap::from_iter(client.headers.iter().copied());
    headers.extend([("host", "fleet.example.com"), ("authorization", "Bearer admin")]);
    if body.is_some() && !client.content_type.is_empty() {
        headers.insert("content-type", client.content_type);
    }
    headers.extend(step.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let method = Method::from_bytes(step.method.as_bytes()).unwrap();
    let request = Request::builder().method(method).uri_str(format!("{MOUNT}{}", as_sent(path)));
    let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    match body {
        // A string is sent as it is: parsed JSON can have no byte-order mark and no name twice.
        Some(Value::String(text)) => request.body(text.clone()),
        Some(body) => request.body(body.to_string()),
        None => request.finish(),
    }
}

/// Encodes a URL as an HTTP client does: what the fixture has encoded already stays.
fn as_sent(path: &str) -> String {
    let stays = |byte: u8| byte.is_ascii_graphic() && !b"\"<>[]{}\\^`|".contains(&byte);
    path.bytes().map(|byte| if stays(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Returns the path of the resource that was written, or of the whole list if a POST created none.
fn written(path: &str, step: &Step, answer: &Answer) -> String {
    let path = path.split('?').next().unwrap_or_default().trim_end_matches('/');
    match (step.method.as_str(), answer.body["id"].as_str()) {
        ("POST", Some(id)) => format!("{path}/{id}"),
        _ => path.to_owned(),
    }
}

fn hold_to_the_rules(name: &str, answer: &Answer, by_cursor: bool) {
    assert!(matches!(answer.status, 204 | 304) || answer.body.is_object(), "{name}: an answer without a body");
    assert!(answer.status != 201 || answer.header("location").is_some(), "{name}: 201 without Location");
    if answer.body["schemas"][0] == "urn:ietf:params:scim:api:messages:2.0:ListResponse" {
        let counters = ["totalResults", "itemsPerPage", "startIndex"];
        for counter in &counters[..if by_cursor { 2 } else { 3 }] {
            assert!(answer.body[counter].is_u64(), "{name}: {counter} is an integer");
        }
        assert_eq!(answer.body["itemsPerPage"], answer.body["Resources"].as_array().unwrap().len(), "{name}");
    }
}

fn compare(name: &str, body: &Value, promised: &Map<String, Value>, saved: &HashMap<String, String>) {
    for (path, value) in promised {
        assert_eq!(look(body, &fill_text(path, saved)), fill(value, saved), "{name}: {path} of {body}");
    }
}
