//! The committed document is the one that the code generates. `UPDATE_OPENAPI=1 cargo test openapi` updates it.

mod errors;
mod merge;

use fleet_scim::poem::http::Method;
use serde_json::Value;

use crate::{
    databases::Backend,
    world::{MOUNT, World},
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/scim.json");

async fn document() -> Value {
    let world = World::new(Backend::Sqlite).await.unwrap();
    let document = serde_json::from_str(&world.scim.openapi(MOUNT)).unwrap();
    world.close().await;
    document
}

/// Returns every answer of the document: method, path without the mount, status and example.
/// The paths whose messages are those of SCIM; the token endpoint is OAuth's.
fn scim_paths(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["paths"].as_object().unwrap().iter().filter(|(path, _)| !path.ends_with("/oauth/token"))
}

fn answers(document: &Value) -> Vec<(&str, &str, &str, &Value)> {
    let mut answers = Vec::new();
    for (path, methods) in scim_paths(document) {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let example = &answer["content"]["application/scim+json"]["example"];
                answers.push((method.as_str(), path.strip_prefix(MOUNT).unwrap(), status.as_str(), example));
            }
        }
    }
    answers
}

#[tokio::test]
async fn the_committed_document_is_what_the_code_says() {
    let text = format!("{:#}\n", document().await);
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == text, "openapi/scim.json is stale: UPDATE_OPENAPI=1 cargo test openapi");
}

#[tokio::test]
async fn every_operation_has_an_id_a_summary_security_and_an_error_body() {
    let document = document().await;
    let mut ids = Vec::new();
    for (path, methods) in scim_paths(&document) {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path}"));
            ids.push(id.to_owned());
            assert!(operation["summary"].is_string() && operation["description"].is_string(), "{id}");
            assert!(operation["security"][0]["ScimToken"].is_array(), "{id}");
            for status in ["400", "401", "500", "503"] {
                let schema = &operation["responses"][status]["content"]["application/scim+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ScimError", "{id} {status}");
            }
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            for parameter in parameters {
                let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(described || parameter["name"] == "filter", "{id}: {parameter}");
            }
            let conditional = parameters.iter().any(|parameter| parameter["name"] == "If-None-Match");
            let answers = |status: &str| operation["responses"][status].is_object();
            assert_eq!(answers("304"), conditional && method == "get", "{id}");
            assert_eq!(answers("412"), conditional, "{id}");
            assert_eq!(answers("415"), operation["requestBody"].is_object(), "{id}");
            assert_eq!(answers("501"), path.ends_with("/Me"), "{id}");
            // To rotate a token is an action without a body.
            if matches!(method.as_str(), "post" | "put" | "patch") && !path.ends_with("/rotate") {
                assert!(operation["requestBody"]["content"]["application/scim+json"]["schema"].is_object(), "{id}");
            }
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for id in [
        "create_user",
        "list_users",
        "get_user",
        "replace_user",
        "patch_user",
        "delete_user",
        "create_group",
        "get_details",
    ] {
        assert!(ids.iter().any(|known| known == id), "{id}");
    }
}

#[tokio::test]
async fn users_are_described_attribute_by_attribute() {
    let document = document().await;
    let schemas = &document["components"]["schemas"];
    let (user, body) = (&schemas["ScimUser"], &schemas["ScimUserBody"]);
    assert_eq!(user["required"], serde_json::json!(["schemas", "id"]), "projection leaves out the rest");
    assert_eq!(body["required"], serde_json::json!(["userName"]));
    assert!(body["properties"]["groups"].is_null() && body["properties"]["id"].is_null(), "what only this server sets");
    assert_eq!(body["properties"]["password"]["writeOnly"], true);
    assert!(user["properties"]["password"].is_null());
    assert!(user["example"]["userName"].is_string());
    let properties = user["properties"].as_object().unwrap();
    for name in
        ["userName", "name", "emails", "active", "groups", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]
    {
        assert!(properties.contains_key(name), "{name}");
    }
    assert_eq!(properties["groups"]["readOnly"], true);
}

#[tokio::test]
async fn every_operation_has_a_tag_and_one_media_type() {
    let document = document().await;
    let tags: Vec<&Value> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let id = &operation["operationId"];
            assert!(tags.contains(&&operation["tags"][0]), "{id}");
            if path.ends_with("/oauth/token") {
                assert_eq!(operation["security"], serde_json::json!([]), "who asks has no token yet");
                assert!(operation["requestBody"]["content"]["application/x-www-form-urlencoded"].is_object());
            } else if let Some(content) = operation["requestBody"]["content"].as_object() {
                assert!(content.len() == 1 && content.contains_key("application/scim+json"), "{id}");
            }
        }
    }
}

#[tokio::test]
async fn the_example_of_each_patch_is_of_its_resource() {
    let document = document().await;
    let example = |path: &str| {
        document["paths"][format!("{MOUNT}{path}")]["patch"]["requestBody"]["content"]["application/scim+json"]["example"].clone()
    };
    assert_eq!(example("/Groups/{id}")["Operations"][0]["path"], "members");
    assert_eq!(example("/Users/{id}")["Operations"][0]["path"], "active");
}

#[tokio::test]
async fn what_the_document_names_overwrites_nothing_of_a_host() {
    let document = document().await;
    for (kind, names) in document["components"].as_object().unwrap() {
        assert!(names.as_object().unwrap().keys().all(|name| name.starts_with("Scim")), "{kind}");
    }
    let tags = document["tags"].as_array().unwrap().iter();
    assert!(tags.clone().count() > 0 && tags.clone().all(|tag| tag["name"].as_str().unwrap().starts_with("SCIM ")));
    assert!(document["paths"].as_object().unwrap().keys().all(|path| path.starts_with(MOUNT)));
}

#[tokio::test]
async fn a_request_has_a_schema_apart_from_that_of_its_answer() {
    let document = document().await;
    for (method, path, body, answer) in [
        ("post", "/Users", "ScimUserBody", "ScimUser"),
        ("put", "/Users/{id}", "ScimUserBody", "ScimUser"),
        ("put", "/Me", "ScimUserBody", "ScimUser"),
        ("post", "/Groups", "ScimGroupBody", "ScimGroup"),
        ("put", "/Groups/{id}", "ScimGroupBody", "ScimGroup"),
    ] {
        let operation = &document["paths"][format!("{MOUNT}{path}")][method];
        let schema = |of: &Value| of["content"]["application/scim+json"]["schema"]["$ref"].clone();
        assert_eq!(schema(&operation["requestBody"]), format!("#/components/schemas/{body}"), "{method} {path}");
        let status = if method == "post" { "201" } else { "200" };
        assert_eq!(
            schema(&operation["responses"][status]),
            format!("#/components/schemas/{answer}"),
            "{method} {path}"
        );
    }
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["ScimGroup"]["required"], serde_json::json!(["schemas", "id"]));
    assert_eq!(schemas["ScimGroupBody"]["required"], serde_json::json!(["displayName"]));
    assert!(schemas["ScimGroupBody"]["properties"]["id"].is_null());
}

/// A generator of clients fetches what an example names by `$ref`, and fails.
#[tokio::test]
async fn no_reference_leaves_the_document() {
    fn check(value: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    assert!(reference.starts_with("#/"), "{reference}");
                }
                object.values().for_each(check);
            }
            Value::Array(array) => array.iter().for_each(check),
            _ => {}
        }
    }
    check(&document().await);
}

#[tokio::test]
async fn the_examples_are_true() {
    let document = document().await;
    let world = World::new(Backend::Sqlite).await.unwrap();
    let schema = |name: &str| document["components"]["schemas"][name]["example"].clone();
    // The member of the examples has the id 4.
    for number in 1..=4 {
        world.user(&format!("user-{number}@x.y")).await;
    }
    for (endpoint, sent, answered) in
        [("/Users", "ScimUserBody", "ScimUser"), ("/Groups", "ScimGroupBody", "ScimGroup")]
    {
        let posted = world.post(endpoint, schema(sent)).await;
        assert_eq!(posted.status, 201, "{}", posted.text);
        let path = format!("{endpoint}/{}", posted.body["id"].as_str().unwrap());
        let put = world.put(&path, schema(sent)).await;
        assert_eq!(put.status, 200, "{}", put.text);
        let operation = &document["paths"][format!("{MOUNT}{endpoint}/{{id}}")]["patch"];
        let example = operation["requestBody"]["content"]["application/scim+json"]["example"].clone();
        assert_eq!(world.call(Method::PATCH, &path, Some(example)).await.status, 200, "{endpoint}");
        for answer in [posted, put] {
            let mut names: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
            let shown = schema(answered);
            let mut expected: Vec<&String> = shown.as_object().unwrap().keys().collect();
            names.sort();
            expected.sort();
            assert_eq!(names, expected);
        }
    }
    assert_eq!(world.post("/Bulk", schema("ScimBulkRequest")).await.status, 200);
    assert_eq!(world.post("/.search", schema("ScimSearchRequest")).await.status, 200);
    world.close().await;
}
