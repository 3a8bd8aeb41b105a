//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas`, and searches by POST.

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, HOSTS, MOUNT, USER, World},
};

fn names(attributes: &Value) -> Vec<&str> {
    attributes.as_array().unwrap().iter().map(|attribute| attribute["name"].as_str().unwrap()).collect()
}

async fn attributes(world: &World, urn: &str) -> Value {
    let schema = world.get(&format!("/Schemas/{urn}")).await;
    assert_eq!(schema.status, 200, "{}", schema.text);
    assert_eq!(
        (&schema.body["id"], &schema.body["schemas"]),
        (&json!(urn), &json!(["urn:ietf:params:scim:schemas:core:2.0:Schema"]))
    );
    schema.body["attributes"].clone()
}

fn find<'a>(attributes: &'a Value, name: &str) -> &'a Value {
    attributes.as_array().unwrap().iter().find(|attribute| attribute["name"] == name).unwrap()
}

fn assert_camel_case(value: &Value) {
    match value {
        Value::Array(values) => values.iter().for_each(assert_camel_case),
        Value::Object(object) => {
            for (key, value) in object {
                assert!(key == "Resources" || key.starts_with(|c: char| c.is_ascii_lowercase()), "{key}");
                assert!(key.chars().all(|c| c.is_ascii_alphanumeric()), "{key}");
                assert_camel_case(value);
            }
        }
        Value::Null => panic!("a null"),
        _ => {}
    }
}

on_each_database! {
    async fn the_configuration_says_what_is_served(world: World) {
        let answer = world.get("/ServiceProviderConfig").await;
        assert_eq!(answer.status, 200);
        let config = &answer.body;
        assert_eq!(config["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
        for (feature, supported) in [
            ("patch", true),
            ("filter", true),
            ("etag", true),
            ("sort", true),
            ("bulk", true),
            ("changePassword", false),
        ] {
            assert_eq!(config[feature]["supported"], supported, "{feature}");
        }
        // authentik falls back to a client without PATCH when one of these is not a number (source of 2026-09).
        for number in ["/bulk/maxOperations", "/bulk/maxPayloadSize", "/filter/maxResults"] {
            assert!(config.pointer(number).unwrap().is_u64(), "{number}");
        }
        assert_eq!(config["filter"]["maxResults"], 200);
        let pagination = json!({
            "cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 200,
            "maxPageSize": 200, "cursorTimeout": 3600,
        });
        assert_eq!(config["pagination"], pagination);
        let scheme = &config["authenticationSchemes"][0];
        assert_eq!((&scheme["type"], &scheme["primary"]), (&json!("oauthbearertoken"), &json!(true)));
        assert!(scheme["name"].is_string() && scheme["description"].is_string());
        assert_eq!(config["meta"]["location"], format!("http://fleet.example.com{MOUNT}/ServiceProviderConfig"));
        assert_camel_case(config);
    }

    async fn the_resource_types_name_their_endpoints_and_schemas(world: World) {
        let list = world.get("/ResourceTypes").await.body;
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(2), &json!(2)));
        assert_camel_case(&list);
        for (name, endpoint, schema, extensions) in [
            ("User", "/Users", USER, json!([{ "schema": ENTERPRISE, "required": false }])),
            ("Group", "/Groups", GROUP, json!([])),
        ] {
            let one = world.get(&format!("/ResourceTypes/{name}")).await.body;
            assert!(list["Resources"].as_array().unwrap().contains(&one));
            assert_eq!(
                (&one["id"], &one["name"], &one["endpoint"], &one["schema"]),
                (&json!(name), &json!(name), &json!(endpoint), &json!(schema)),
            );
            assert_eq!(one["schemaExtensions"], extensions);
            assert_eq!(one["meta"]["resourceType"], "ResourceType");
        }
        assert_eq!(world.get("/ResourceTypes/Car").await.status, 404);
    }

    async fn the_schemas_are_a_list_without_nulls(world: World) {
        // Entra ID refuses a document that contains null (documentation of 2026-09).
        let list = world.get("/Schemas").await.body;
        assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        assert_camel_case(&list);
        let schemas = list["Resources"].as_array().unwrap();
        assert_eq!(list["totalResults"], schemas.len());
        for urn in [USER, GROUP, ENTERPRISE, HOSTS] {
            let listed = schemas.iter().find(|schema| schema["id"] == urn).unwrap();
            assert_eq!(*listed, world.get(&format!("/Schemas/{urn}")).await.body);
            assert_eq!(listed["meta"]["location"], format!("http://fleet.example.com{MOUNT}/Schemas/{urn}"));
        }
        assert_eq!(world.get("/Schemas/urn:nobody:has:this").await.status, 404);
    }

    async fn every_user_attribute_is_declared(world: World) {
        let user = attributes(world, USER).await;
        let mut declared = names(&user);
        declared.sort_unstable();
        assert_eq!(declared, [
            "active", "addresses", "displayName", "emails", "entitlements", "externalId", "groups", "ims", "locale", "name",
            "nickName", "password", "phoneNumbers", "photos", "preferredLanguage", "profileUrl", "roles", "timezone",
            "title", "userName", "userType", "x509Certificates",
        ]);
        for (name, sub_attributes) in [
            ("name", vec!["formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"]),
            ("emails", vec!["value", "display", "type", "primary"]),
            ("phoneNumbers", vec!["value", "display", "type", "primary"]),
            ("ims", vec!["value", "display", "type", "primary"]),
            ("photos", vec!["value", "display", "type", "primary"]),
            ("entitlements", vec!["value", "display", "type", "primary"]),
            ("roles", vec!["value", "display", "type", "primary"]),
            ("x509Certificates", vec!["value", "display", "type", "primary"]),
            (
                "addresses",
                vec!["formatted", "streetAddress", "locality", "region", "postalCode", "country", "type", "primary"],
            ),
            ("groups", vec!["value", "$ref", "display", "type"]),
        ] {
            assert_eq!(names(&find(&user, name)["subAttributes"]), sub_attributes, "{name}");
            assert_eq!(find(&user, name)["multiValued"], name != "name", "{name}");
        }
    }

    async fn every_enterprise_and_group_attribute_is_declared(world: World) {
        let enterprise = attributes(world, ENTERPRISE).await;
        assert_eq!(
            names(&enterprise), ["employeeNumber", "costCenter", "organization", "division", "department", "manager"],
        );
        assert_eq!(names(&find(&enterprise, "manager")["subAttributes"]), ["value", "$ref", "displayName"]);
        let group = attributes(world, GROUP).await;
        assert_eq!(names(&group), ["displayName", "members", "externalId"]);
        assert_eq!(names(&find(&group, "members")["subAttributes"]), ["value", "$ref", "type"]);
    }

    async fn the_characteristics_say_what_is_enforced(world: World) {
        let user = attributes(world, USER).await;
        for (name, characteristic, value) in [
            ("userName", "required", json!(true)),
            ("userName", "uniqueness", json!("server")),
            ("userName", "caseExact", json!(false)),
            ("password", "mutability", json!("writeOnly")),
            ("password", "returned", json!("never")),
            ("groups", "mutability", json!("readOnly")),
            ("active", "type", json!("boolean")),
            ("profileUrl", "type", json!("reference")),
            ("name", "type", json!("complex")),
        ] {
            assert_eq!(find(&user, name)[characteristic], value, "{name} {characteristic}");
        }
        let group = attributes(world, GROUP).await;
        assert_eq!(find(&group, "displayName")["uniqueness"], "server");
        assert_eq!(find(&group, "displayName")["required"], true);
        for attribute in user.as_array().unwrap().iter().chain(group.as_array().unwrap()) {
            for characteristic in [
                "name",
                "type",
                "multiValued",
                "description",
                "required",
                "caseExact",
                "mutability",
                "returned",
                "uniqueness",
            ] {
                assert!(attribute.get(characteristic).is_some(), "{attribute}");
            }
        }
    }

    async fn a_schema_is_known_by_its_urn_in_any_case(world: World) {
        assert_eq!(world.get(&format!("/Schemas/{}", USER.to_lowercase())).await.body["id"], USER);
        assert_eq!(world.get(&format!("/Schemas/{}", USER.replace(':', "%3A"))).await.body["id"], USER);
    }

    async fn discovery_is_read_only(world: World) {
        for path in [
            "/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas", &format!("/Schemas/{USER}"),
        ] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = world.call(method.clone(), path, Some(json!({}))).await;
                assert_eq!(answer.status, 405, "{method} {path}");
                assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
            }
        }
    }

    async fn a_filter_that_discovery_would_ignore_is_refused(world: World) {
        for path in ["/Schemas", "/ResourceTypes"] {
            let answer = world.find(path, "name eq \"User\"").await;
            assert_eq!(answer.status, 403, "{path}: {}", answer.text);
        }
    }

    async fn discovery_is_tolerant_of_how_it_is_asked_for(world: World) {
        for path in [
            "/ServiceProviderConfig/",
            "/serviceproviderconfig",
            "/Schemas/?aadOptscim062020",
            "/RESOURCETYPES?nobody=knows",
            "/Schemas?startIndex=1&count=1",
        ] {
            assert_eq!(world.get(path).await.status, 200, "{path}");
        }
    }

    async fn a_search_by_post_is_a_list(world: World) {
        let ava = world.user("ava@x.y").await;
        let sam = world.user("sam@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "userName sw \"a\"", "attributes": ["userName"], "startIndex": 1, "count": 10,
        });
        let found = world.post("/Users/.search", body).await;
        assert_eq!(found.status, 200, "{}", found.text);
        assert_eq!(found.body["totalResults"], 1);
        assert_eq!(found.body["Resources"], json!([{ "schemas": [USER], "id": ava, "userName": "ava@x.y" }]));
        let found = world.post("/Groups/.search", json!({ "excludedAttributes": ["members"] })).await;
        assert_eq!(found.body["Resources"][0]["id"], group);
        assert!(found.body["Resources"][0].get("members").is_none());
        let page = world.post("/Users/.search/", json!({ "startIndex": 2, "count": 1 })).await;
        assert_eq!((&page.body["totalResults"], &page.body["Resources"][0]["id"]), (&json!(2), &json!(sam)));
    }

    async fn a_search_at_the_root_finds_users_and_groups(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.created("/Groups", json!({ "displayName": "Ava's", "externalId": "x1" })).await;
        let ids = async |body: Value| -> Vec<String> {
            let found = world.post("/.search", body).await;
            assert_eq!(found.status, 200, "{}", found.text);
            found.body["Resources"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(ids(json!({})).await, [ava.as_str(), group.as_str()]);
        assert_eq!(ids(json!({ "filter": "meta.resourceType eq \"Group\"" })).await, [group.as_str()]);
        assert_eq!(ids(json!({ "filter": "userName eq \"AVA@x.y\"" })).await, [ava.as_str()]);
        assert_eq!(ids(json!({ "filter": "externalId eq \"x1\"" })).await, [group.as_str()]);
        assert_eq!(ids(json!({ "startIndex": 2 })).await, [group.as_str()]);
        assert_eq!(ids(json!({ "startIndex": 1, "count": 1 })).await, [ava.as_str()]);
        assert!(ids(json!({ "startIndex": 3 })).await.is_empty());
        assert!(ids(json!({ "count": 0 })).await.is_empty());
        let unknown = world.post("/.search", json!({ "filter": "colour eq \"red\"" })).await;
        assert_eq!((unknown.status, &unknown.body["scimType"]), (400, &json!("invalidFilter")));
    }
}
