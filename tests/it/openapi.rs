//! The committed document is the code's: `UPDATE_OPENAPI=1 cargo test openapi` writes it anew.

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
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path}"));
            ids.push(id.to_owned());
            assert!(operation["summary"].is_string(), "{id}");
            assert!(operation["security"][0]["bearer"].is_array(), "{id}");
            for status in ["400", "401", "403", "404", "500", "503"] {
                let schema = &operation["responses"][status]["content"]["application/scim+json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Error", "{id} {status}");
            }
            let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            for parameter in parameters {
                let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(described || parameter["name"] == "filter", "{id}: {parameter}");
            }
            let conditional = parameters.iter().any(|parameter| parameter["name"] == "If-None-Match");
            let answers = |status: &str| operation["responses"][status].is_object();
            assert_eq!(answers("304"), conditional && method == "get", "{id}");
            assert_eq!(answers("412"), conditional && method != "get", "{id}");
            assert_eq!(answers("415"), operation["requestBody"].is_object(), "{id}");
            assert_eq!(answers("501"), path.ends_with("/Me"), "{id}");
            if matches!(method.as_str(), "post" | "put" | "patch") {
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
    let user = &document["components"]["schemas"]["User"];
    assert_eq!(user["required"], serde_json::json!(["userName"]));
    assert!(user["example"]["userName"].is_string());
    let properties = user["properties"].as_object().unwrap();
    for name in
        ["userName", "name", "emails", "active", "groups", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]
    {
        assert!(properties.contains_key(name), "{name}");
    }
    assert_eq!(properties["groups"]["readOnly"], true);
    assert_eq!(properties["password"]["writeOnly"], true);
}
