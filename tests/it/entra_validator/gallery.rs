//! Further requirements for an application in Microsoft's gallery.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::sample::{group, operations, patch, reads_back, updated_user, whole_update, whole_user};
use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World},
};

/// Finds the `/Schemas` entry of an attribute or a sub-attribute.
fn described<'a>(schemas: &'a Value, urn: &str, path: &str) -> Option<&'a Value> {
    let schema = schemas["Resources"].as_array()?.iter().find(|schema| schema["id"] == urn)?;
    let named = |attributes: &'a Value, name: &str| attributes.as_array()?.iter().find(|found| found["name"] == name);
    match path.split_once('.') {
        Some((name, sub)) => named(&named(&schema["attributes"], name)?["subAttributes"], sub),
        None => named(&schema["attributes"], path),
    }
}

on_each_database! {
    async fn every_attribute_that_is_mapped_is_in_the_schemas(world: World) {
        let schemas = world.get("/Schemas").await;
        assert_eq!(schemas.status, 200);
        assert_eq!(schemas.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        let mapped = whole_user("a@b.example");
        for (name, value) in mapped.as_object().unwrap() {
            if name == "schemas" {
                continue;
            }
            let (urn, attributes) = match name.as_str() {
                ENTERPRISE => (ENTERPRISE, value.as_object().unwrap().clone()),
                _ => (USER, [(name.clone(), value.clone())].into_iter().collect()),
            };
            for (name, value) in &attributes {
                let value = value.get(0).unwrap_or(value);
                assert!(described(&schemas.body, urn, name).is_some(), "{name}");
                for sub in value.as_object().into_iter().flatten() {
                    let path = format!("{name}.{}", sub.0);
                    assert!(described(&schemas.body, urn, &path).is_some(), "{path}");
                }
            }
        }
        for path in ["displayName", "externalId", "members.value", "members.$ref", "members.type"] {
            assert!(described(&schemas.body, GROUP, path).is_some(), "{path}");
        }
    }

    async fn a_list_of_five_begins_where_it_was_asked_to(world: World) {
        for at in 0..7 {
            world.user(&format!("user{at}@b.example")).await;
        }
        let first = world.get("/Users?count=5&startIndex=1").await;
        let second = world.get("/Users?count=5&startIndex=6").await;
        for (page, start, length) in [(&first, 1, 5), (&second, 6, 2)] {
            assert_eq!(page.body["startIndex"], start);
            assert_eq!(page.body["itemsPerPage"], length);
            assert_eq!(page.body["totalResults"], 7);
        }
        let names = |page: &Value| -> Vec<Value> {
            page["Resources"].as_array().unwrap().iter().map(|user| user["userName"].clone()).collect()
        };
        let all: Vec<Value> = (0..7).map(|at| json!(format!("user{at}@b.example"))).collect();
        assert_eq!([names(&first.body), names(&second.body)].concat(), all);
    }

    /// Microsoft's gallery makes the names of Entra ID's mapping from the schema (2026-11).
    async fn every_name_of_a_mapping_is_made_of_the_schema(world: World) {
        let schemas = world.get("/Schemas").await.body;
        let mut names = HashSet::new();
        for schema in schemas["Resources"].as_array().unwrap() {
            let prefix = if schema["id"] == ENTERPRISE { format!("{ENTERPRISE}:") } else { String::new() };
            for attribute in schema["attributes"].as_array().unwrap() {
                let name = format!("{prefix}{}", attribute["name"].as_str().unwrap());
                let subs = attribute["subAttributes"].as_array().cloned().unwrap_or_default();
                let kinds = subs.iter().find(|sub| sub["name"] == "type").map(|sub| sub["canonicalValues"].clone());
                for sub in &subs {
                    let sub = sub["name"].as_str().unwrap();
                    names.insert(format!("{name}.{sub}").to_lowercase());
                    for kind in kinds.iter().filter_map(Value::as_array).flatten() {
                        names.insert(format!("{name}[type eq {kind}].{sub}").to_lowercase());
                    }
                }
                names.insert(name.to_lowercase());
            }
        }
        for mapped in [
            "userName", "active", "displayName", "title", "emails[type eq \"work\"].value", "preferredLanguage", "name.givenName",
            "name.familyName", "name.formatted", "addresses[type eq \"work\"].formatted", "addresses[type eq \"work\"].streetAddress",
            "addresses[type eq \"work\"].locality", "addresses[type eq \"work\"].region", "addresses[type eq \"work\"].postalCode",
            "addresses[type eq \"work\"].country", "phoneNumbers[type eq \"work\"].value", "phoneNumbers[type eq \"mobile\"].value",
            "phoneNumbers[type eq \"fax\"].value", "externalId", "members",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        ] {
            assert!(names.contains(&mapped.to_lowercase()), "{mapped}");
        }
    }

    async fn pages_of_eleven_say_where_they_begin(world: World) {
        for at in 0..11 {
            world.user(&format!("user{at}@b.example")).await;
            world.group(&format!("group{at}"), &[]).await;
        }
        for endpoint in ["/Users", "/Groups"] {
            for (start, length) in [(1, 5), (6, 5), (11, 1)] {
                let page = world.get(&format!("{endpoint}?count=5&startIndex={start}")).await.body;
                assert_eq!((&page["startIndex"], &page["itemsPerPage"], &page["totalResults"]), (&json!(start), &json!(length), &json!(11)));
            }
        }
    }

    async fn an_empty_text_clears_each_attribute(world: World) {
        cleared_by(world, json!("")).await;
    }

    async fn null_clears_each_attribute(world: World) {
        cleared_by(world, Value::Null).await;
    }

    async fn each_attribute_is_updated_alone(world: World) {
        let sent = whole_user("a@b.example");
        let id = world.created("/Users", sent.clone()).await;
        for (path, value) in whole_update() {
            let sole = operations("replace", vec![(path.clone(), value)]);
            let answer = patch(world, &format!("/Users/{id}"), sole).await;
            assert_eq!(answer.body, world.get(&format!("/Users/{id}")).await.body, "{path}");
        }
        let mut expected = updated_user("a@b.example");
        expected[ENTERPRISE]["manager"] = sent[ENTERPRISE]["manager"].clone();
        reads_back(&expected, &world.get(&format!("/Users/{id}")).await.body);
    }

    async fn a_manager_is_a_text_to_add_to_replace_and_to_empty(world: World) {
        let (id, boss) = (world.user("a@b.example").await, world.user("boss@b.example").await);
        let path = format!("/Users/{id}");
        for (op, value) in [("Add", boss.as_str()), ("Replace", "UGQHXKFAINRM")] {
            let operation = json!([{ "op": op, "path": format!("{ENTERPRISE}:manager"), "value": value }]);
            let answer = patch(world, &path, operation).await;
            assert_eq!(answer.body[ENTERPRISE]["manager"], json!({ "value": value }), "{op}");
        }
        let empty = json!([{ "op": "Replace", "path": format!("{ENTERPRISE}:manager"), "value": "" }]);
        assert!(patch(world, &path, empty).await.body.get(ENTERPRISE).is_none());
    }

    async fn a_group_takes_all_members_in_one_request(world: World) {
        let mut ids = Vec::new();
        for at in 0..20 {
            ids.push(world.user(&format!("user{at}@b.example")).await);
        }
        let id = world.created("/Groups", group("MWBYCHCUXKDE")).await;
        let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
        let operations = json!([{ "op": "Add", "path": "members", "value": members }]);
        patch(world, &format!("/Groups/{id}"), operations).await;
        assert_eq!(world.members(&id).await, ids);
    }
}

/// Clears each attribute but `userName` and `active` with a request of its own, and checks that all are absent
/// afterwards.
async fn cleared_by(world: &World, nothing: Value) {
    let id = world.created("/Users", whole_user("a@b.example")).await;
    let path = format!("/Users/{id}");
    let mut paths: Vec<String> = whole_update().into_iter().map(|(path, _)| path).collect();
    paths.push(format!("{ENTERPRISE}:manager"));
    for attribute in paths {
        patch(world, &path, operations("replace", vec![(attribute, nothing.clone())])).await;
    }
    let user = world.get(&path).await;
    let mut left: Vec<&String> = user.body.as_object().unwrap().keys().collect();
    left.sort();
    assert_eq!(left, ["active", "groups", "id", "meta", "schemas", "userName"], "{}", user.text);
    assert_eq!(user.body["schemas"], json!([USER]));
}
