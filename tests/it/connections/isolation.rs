//! No request of one connection reaches another: every route and method of the document is tried.

use fleet_scim::{hosts::Source, poem::http::Method};
use serde_json::{Value, json};

use super::{call, connect};
use crate::{
    on_each_database,
    world::{Answer, World, encode},
};

/// Users and groups of one connection. Its people have its mark as their title.
struct Company {
    name: String,
    mark: String,
    token: String,
    user: String,
    group: String,
}

/// Fills a connection with the people that the other one has too.
async fn company(world: &World, name: &str) -> Company {
    let token = connect(world, name).await;
    fill(world, name, token).await
}

async fn fill(world: &World, name: &str, token: String) -> Company {
    let mark = format!("mark of {name}");
    let post = async |path: &str, body: Value| {
        let created = call(world, &token, Method::POST, path, Some(body)).await;
        assert_eq!(created.status, 201, "{}", created.text);
        created.body["id"].as_str().unwrap().to_owned()
    };
    let mut users = Vec::new();
    for person in ["ava", "kim", "sam"] {
        let body = json!({ "userName": format!("{person}@corp.com"), "externalId": person, "title": mark,
            "emails": [{ "value": format!("{person}@corp.com"), "type": "work" }] });
        users.push(post("/Users", body).await);
    }
    let members: Vec<Value> = users.iter().map(|id| json!({ "value": id })).collect();
    let group = post("/Groups", json!({ "displayName": "Staff", "externalId": "staff", "members": members })).await;
    Company { name: name.to_owned(), mark, token, user: users.remove(0), group }
}

/// What a request says of a foreign id, without that id.
fn told(answer: &Answer, id: &str) -> (u16, String) {
    (answer.status, answer.text.replace(&format!("/{id}"), "/ID"))
}

/// Everything that the document offers, with the ids in its paths.
fn operations(document: &Value) -> Vec<(Method, String)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
    });
    methods.map(|(method, path)| (method.parse().unwrap(), path)).collect()
}

fn body(method: &Method, path: &str, name: &str) -> Option<Value> {
    let attribute = if path.starts_with("/Groups") { "displayName" } else { "userName" };
    match *method {
        Method::GET | Method::DELETE => None,
        Method::PATCH => Some(json!({ "Operations": [{ "op": "replace", "path": attribute, "value": name }] })),
        _ => Some(json!({ attribute: name })),
    }
}

/// Tries every route and method of the document as one connection, with the ids and names of another.
async fn walk(world: &World, okta: &Company, other: &Company) {
    let document: Value = serde_json::from_str(&world.scim.openapi("")).unwrap();
    let whole = async || {
        world.get(&format!("/connections/{}/v2/Groups/{}", other.name, other.group)).await.text
            + &world.get(&format!("/connections/{}/v2/Users", other.name)).await.text.replace("/api/v1", "")
    };
    let before = whole().await;
    let as_okta = async |method: &Method, path: &str, body: Option<Value>| {
        call(world, &okta.token, method.clone(), path, body).await
    };
    let mut tried = 0;
    for (method, path) in operations(&document) {
        tried += 1;
        match path.as_str() {
            "/Users/{id}" | "/Groups/{id}" => {
                let (foreign, unknown) = if path.starts_with("/Users") {
                    (other.user.as_str(), "4711")
                } else {
                    (other.group.as_str(), "group-4711")
                };
                let of = |id: &str| path.replace("{id}", id);
                let body = body(&method, &path, "taken.over@corp.com");
                let (at, nowhere) = (
                    as_okta(&method, &of(foreign), body.clone()).await,
                    as_okta(&method, &of(unknown), body.clone()).await,
                );
                assert_eq!(told(&at, foreign), told(&nowhere, unknown), "{method} {path}");
                assert_eq!(at.status, 404, "{method} {path}");
                let operation =
                    |id: &str| json!({ "Operations": [{ "method": method.as_str(), "path": of(id), "data": body }] });
                if method != Method::GET {
                    let (at, nowhere) = (
                        as_okta(&Method::POST, "/Bulk", Some(operation(foreign))).await,
                        as_okta(&Method::POST, "/Bulk", Some(operation(unknown))).await,
                    );
                    assert_eq!(told(&at, foreign), told(&nowhere, unknown), "Bulk {method} {path}");
                    assert_eq!(at.body["Operations"][0]["status"], "404");
                }
            }
            "/Users" | "/Groups" if method == Method::GET => {
                let id = if path == "/Users" { &other.user } else { &other.group };
                for filter in [
                    format!("id eq \"{id}\""),
                    format!("title eq \"{}\"", other.mark),
                    format!("members.value eq \"{}\"", other.user),
                    format!("groups.value eq \"{}\"", other.group),
                ] {
                    let found = as_okta(&method, &format!("{path}?filter={}", encode(&filter)), None).await;
                    assert!(found.status == 400 || found.body["totalResults"] == 0, "{path} {filter}: {}", found.text);
                }
                for query in ["", "?sortBy=meta.created&sortOrder=descending", "?count=0", "?filter=meta.created%20pr"]
                {
                    let found = as_okta(&method, &format!("{path}{query}"), None).await;
                    assert_eq!(found.body["totalResults"], if path == "/Users" { 3 } else { 1 }, "{path}{query}");
                    assert!(!found.text.contains(&other.mark), "{path}{query}");
                }
                let page = call(world, &other.token, Method::GET, &format!("{path}?cursor&count=1"), None).await;
                if let Some(cursor) = page.body["nextCursor"].as_str() {
                    let refused = as_okta(&method, &format!("{path}?count=1&cursor={cursor}"), None).await;
                    assert_eq!(
                        (refused.status, refused.body["scimType"].as_str()),
                        (400, Some("invalidCursor")),
                        "{path}"
                    );
                }
            }
            "/Users/.search" | "/Groups/.search" | "/.search" => {
                let found = as_okta(&method, &path, Some(json!({ "filter": "meta.created pr" }))).await;
                assert!(found.status == 200 && !found.text.contains(&other.mark), "{path}: {}", found.text);
                let found =
                    as_okta(&method, &path, Some(json!({ "filter": format!("id eq \"{}\"", other.user) }))).await;
                assert_eq!(found.body["totalResults"], 0, "{path}");
            }
            "/Users" | "/Groups" => {
                // A name that only the other connection has is free, and a member of the other is unknown here.
                let made = as_okta(&method, &path, Some(json!({ "userName": "new@corp.com", "displayName": "New", "members": [{ "value": other.user }, { "value": other.group }] }))).await;
                assert_eq!(made.status, 201, "{}", made.text);
                let id = made.body["id"].as_str().unwrap();
                assert!(made.body["members"].as_array().is_none_or(Vec::is_empty), "{}", made.text);
                let add =
                    json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": other.user }] }] });
                if path == "/Groups" {
                    as_okta(&Method::PATCH, &format!("/Groups/{id}"), Some(add)).await;
                    assert!(
                        as_okta(&Method::GET, &format!("/Groups/{id}"), None).await.body["members"]
                            .as_array()
                            .is_none_or(Vec::is_empty)
                    );
                }
                assert_eq!(as_okta(&Method::DELETE, &format!("{path}/{id}"), None).await.status, 204);
            }
            "/Bulk" => {
                let operations = json!({ "Operations": [{ "method": "POST", "path": "/Groups", "bulkId": "a", "data": { "displayName": "Bulk", "members": [{ "value": other.user }] } }] });
                let answer = as_okta(&method, "/Bulk", Some(operations)).await;
                assert_eq!(answer.body["Operations"][0]["status"], "201", "{}", answer.text);
                let location = answer.body["Operations"][0]["location"].as_str().unwrap();
                let path = location.split("/scim").nth(1).unwrap();
                assert!(as_okta(&Method::GET, path, None).await.body["members"].as_array().is_none_or(Vec::is_empty));
                as_okta(&Method::DELETE, path, None).await;
            }
            "/Me" => assert_eq!(as_okta(&method, &path, body(&method, &path, "x@y.z")).await.status, 501),
            "/details" => {
                call(world, &other.token, Method::GET, "/Users/666", None).await;
                as_okta(&Method::GET, "/Users", None).await;
                assert_eq!(as_okta(&method, &path, None).await.body["last_request"]["status"], "success");
            }
            "/ServiceProviderConfig" | "/Schemas" | "/Schemas/{urn}" | "/ResourceTypes" | "/ResourceTypes/{id}" => {
                assert!(!as_okta(&method, &path, None).await.text.contains(&other.mark));
            }
            // Who asks for an access token has none yet: its client names the connection.
            "/oauth/token" => {
                let refused = as_okta(&method, &path, Some(json!({}))).await;
                assert!(refused.status == 400 && refused.body["error"] == "invalid_request", "{}", refused.text);
            }
            path if path.starts_with("/connections") => {
                for name in [other.name.as_str(), "okta", "nobody"] {
                    let path = path.replace("{name}", name).replace("{id}", "2") + "?confirm=" + other.name.as_str();
                    assert_eq!(as_okta(&method, &path, Some(json!({}))).await.status, 403, "{method} {path}");
                }
            }
            path => panic!("{method} {path} is new: say here how it keeps connections apart"),
        }
    }
    assert!(tried >= 30, "{tried}");
    assert_eq!(whole().await, before, "nothing of the other connection has changed");
}

on_each_database! {
    async fn no_route_reaches_another_connection(world: World) {
        let (okta, entra) = (company(world, "okta").await, company(world, "entra").await);
        walk(world, &okta, &entra).await;
    }

    async fn no_route_reaches_the_users_and_groups_of_the_host_itself(world: World) {
        assert_eq!(world.scim.native().await.unwrap().connection().0, 2, "the tokens `other` are of the second connection");
        let (native, okta) = (fill(world, "native", "other".to_owned()).await, company(world, "okta").await);
        // A native group has somebody of the connection as its member, who is not told.
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": okta.user }] }]);
        let added = world.patch(&format!("/connections/native/v2/Groups/{}", native.group), add).await;
        assert_eq!(added.body["members"].as_array().unwrap().len(), 4, "{}", added.text);
        walk(world, &okta, &native).await;
    }

    async fn a_base_url_serves_its_own_connection_only(world: World) {
        let (okta, entra) = (company(world, "okta").await, company(world, "entra").await);
        let own = call(world, &okta.token, Method::GET, &format!("/connections/okta/v2/Users/{}", okta.user), None).await;
        assert_eq!((own.status, &own.body["title"]), (200, &json!(okta.mark)), "{}", own.text);
        let base = "http://fleet.example.com/api/v1/fleet/scim/connections/okta/v2";
        assert_eq!(own.body["meta"]["location"], format!("{base}/Users/{}", okta.user));
        assert_eq!(own.body["groups"][0]["$ref"], format!("{base}/Groups/{}", okta.group));
        let (foreign, nobody) = (
            call(world, &okta.token, Method::GET, "/connections/entra/v2/Users", None).await,
            call(world, &okta.token, Method::GET, "/connections/nobody/v2/Users", None).await,
        );
        assert_eq!((foreign.status, &foreign.text), (403, &nobody.text));
        for path in ["/Users", "//Users/", "/users?count=1", "/Users/.search"] {
            let method = if path.contains("search") { Method::POST } else { Method::GET };
            let body = path.contains("search").then(|| json!({ "filter": format!("title eq \"{}\"", entra.mark) }));
            let of = call(world, "admin", method, &format!("/connections/entra/v2{path}"), body).await;
            assert!(of.status == 200 && of.body["totalResults"] == 3, "{path}: {}", of.text);
        }
        assert_eq!(call(world, "admin", Method::GET, "/connections/nobody/v2/Users", None).await.status, 404);
        assert_eq!(call(world, "maintainer", Method::GET, "/connections/okta/v2/Users", None).await.status, 403);
        assert_eq!(call(world, "maintainer", Method::GET, "/connections/default/v2/Users", None).await.status, 200);
        assert_eq!(call(world, "observer", Method::GET, "/connections/default/v2/details", None).await.status, 200);
        assert_eq!(call(world, "admin", Method::GET, "/connections/okta/v2/connections", None).await.status, 404);
        let created = call(world, &entra.token, Method::POST, "/connections/entra/v2/Users", Some(json!({ "userName": "new@corp.com" }))).await;
        let location = created.header("location").unwrap();
        assert!(location.starts_with("http://fleet.example.com/api/v1/fleet/scim/connections/entra/v2/Users/"), "{location}");
    }

    async fn an_older_connection_keeps_its_hosts(world: World) {
        let (okta, entra) = (company(world, "okta").await, company(world, "entra").await);
        world.host(1, &Source::MdmIdpAccounts, "ava@corp.com").await;
        assert_eq!(world.owner(1).await.map(|owner| owner.to_string()), Some(okta.user.clone()));
        call(world, &entra.token, Method::DELETE, &format!("/Users/{}", entra.user), None).await;
        assert_eq!(world.owner(1).await.map(|owner| owner.to_string()), Some(okta.user));
    }
}
