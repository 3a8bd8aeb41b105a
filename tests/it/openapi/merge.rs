//! The document of the module in that of a host.

use fleet_scim::{Error, ScimModule, testing::TemporaryDatabase};
use serde_json::{Value, json};

use crate::world::Roles;

const PREFIX: &str = "/api/v1/fleet/scim";

async fn scim() -> (TemporaryDatabase, ScimModule) {
    let database = TemporaryDatabase::sqlite().await.unwrap();
    let scim = ScimModule::builder(database.pools(), Roles).build().await.unwrap();
    (database, scim)
}

fn of_host() -> Value {
    json!({
        "openapi": "3.0.0", "info": { "title": "Fleet", "version": "1" },
        "tags": [{ "name": "Hosts" }],
        "paths": { "/api/v1/fleet/hosts": { "get": { "responses": {} } } },
        "components": { "schemas": { "Host": { "type": "object" } } },
    })
}

#[tokio::test]
async fn a_merged_document_has_what_both_say() {
    let (_database, scim) = scim().await;
    let ours: Value = serde_json::from_str(&scim.openapi(PREFIX)).unwrap();
    let mut document = of_host();
    scim.openapi_merge(PREFIX, &mut document).unwrap();
    assert_eq!(document["info"]["title"], "Fleet");
    assert_eq!(document["paths"]["/api/v1/fleet/hosts"], of_host()["paths"]["/api/v1/fleet/hosts"]);
    for section in ["/paths", "/components/schemas", "/components/securitySchemes"] {
        for (name, entry) in ours.pointer(section).unwrap().as_object().unwrap() {
            assert_eq!(&document.pointer(section).unwrap()[name], entry, "{section} {name}");
        }
    }
    let tags = document["tags"].as_array().unwrap();
    assert_eq!(tags.len(), 1 + ours["tags"].as_array().unwrap().len());
    // A second time adds nothing.
    let once = document.clone();
    scim.openapi_merge(PREFIX, &mut document).unwrap();
    assert_eq!(document, once);
}

#[tokio::test]
async fn nothing_of_the_hosts_is_overwritten() {
    let (_database, scim) = scim().await;
    let mut taken = of_host();
    taken["components"]["schemas"]["ScimUser"] = json!({ "type": "string" });
    let mut another_tag = of_host();
    let tag = serde_json::from_str::<Value>(&scim.openapi(PREFIX)).unwrap()["tags"][0]["name"].clone();
    another_tag["tags"] = json!([{ "name": tag, "description": "something else" }]);
    let mut another_path = of_host();
    another_path["paths"]["/api/v1/fleet/scim/Users"] = json!({});
    let mut no_object = of_host();
    no_object["components"]["schemas"] = json!([]);
    for (mut document, name) in [
        (taken, "ScimUser"),
        (another_tag, tag.as_str().unwrap()),
        (another_path, "/api/v1/fleet/scim/Users"),
        (no_object, "components.schemas"),
        (json!([]), "OpenAPI"),
    ] {
        let before = document.clone();
        let refused = scim.openapi_merge(PREFIX, &mut document);
        assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains(name)), "{name}: {refused:?}");
        assert_eq!(document, before, "{name}: nothing is added");
    }
}

#[tokio::test]
async fn slashes_around_a_prefix_do_not_matter() {
    let (_database, scim) = scim().await;
    for prefix in ["/scim/v2", "scim/v2", "/scim/v2/"] {
        assert!(scim.openapi(prefix) == scim.openapi("/scim/v2"), "{prefix}");
        let document: Value = serde_json::from_str(&scim.openapi(prefix)).unwrap();
        assert!(document["paths"]["/scim/v2/Users"].is_object(), "{prefix}");
    }
    let root: Value = serde_json::from_str(&scim.openapi("/")).unwrap();
    assert!(root["paths"]["/Users"].is_object());
}
