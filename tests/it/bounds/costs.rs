//! Bounds on the cost of a request, on every way into the server. A request at the bound is served; one past it is
//! refused.

use fleet_scim::{hosts::Source, poem::http::Method};
use serde_json::{Map, Value, json};

use super::assert_refused;
use crate::{
    on_each_database,
    world::{Answer, World},
};

/// Sends a POST, a PUT, a PATCH and a Bulk request with these attributes. All but the POST are about one new user.
async fn everywhere(world: &World, attributes: &Map<String, Value>) -> Vec<Answer> {
    let number = world.ids("/Users", "userName pr").await.len();
    let user = world.user(&format!("own{number}@x.y")).await;
    let path = format!("/Users/{user}");
    let mut body = attributes.clone();
    body.insert("userName".to_owned(), format!("own{number}@x.y").into());
    let mut new = attributes.clone();
    new.insert("userName".to_owned(), format!("new{number}@x.y").into());
    let data = json!({ "Operations": [{ "op": "add", "value": attributes }] });
    let bulk = json!({ "Operations": [{ "method": "PATCH", "path": path, "data": data }] });
    let mut answers = vec![
        world.post("/Users", Value::Object(new)).await,
        world.put(&path, Value::Object(body)).await,
        world.patch(&path, json!([{ "op": "add", "value": attributes }])).await,
    ];
    let mut bulk = world.post("/Bulk", bulk).await;
    if bulk.status == 200 {
        let operation = bulk.body["Operations"][0].clone();
        bulk.status = operation["status"].as_str().unwrap().parse().unwrap();
        bulk.body = operation["response"].clone();
    }
    answers.push(bulk);
    answers
}

fn names(count: usize) -> Value {
    (0..count).map(|name| (format!("n{name}"), json!(1))).collect::<Map<_, _>>().into()
}

fn assert_all(answers: &[Answer], expected: Option<&str>) {
    for (at, answer) in answers.iter().enumerate() {
        match expected {
            None => assert!(answer.status < 300, "{at}: {}", answer.text),
            Some(bound) => {
                assert_eq!(
                    (answer.status, answer.body["scimType"].as_str()),
                    (400, Some("tooMany")),
                    "{at}: {}",
                    answer.text
                );
                assert!(answer.body["detail"].as_str().unwrap().contains(bound), "{at}: {}", answer.text);
            }
        }
    }
}

on_each_database! {
    async fn an_object_has_1000_names_at_most(world: World) {
        let of = |count| Map::from_iter([("urn:x:y".to_owned(), names(count))]);
        assert_all(&everywhere(world, &of(1000)).await, None);
        assert_all(&everywhere(world, &of(1001)).await, Some("1000 names"));
        let search = json!({ "filter": "userName pr", "x": names(1001) });
        assert_refused(&world.post("/Users/.search", search.clone()).await, "tooMany", "1000 names");
        assert_refused(&world.post("/.search", search).await, "tooMany", "1000 names");
        // Names in separate operations count together.
        let user = world.user("ava@x.y").await;
        let add = |count: usize| -> Vec<Value> {
            (0..count).map(|n| json!({ "op": "add", "path": format!("urn:x:y:n{n}"), "value": 1 })).collect()
        };
        assert_eq!(world.patch(&format!("/Users/{user}"), json!(add(1000))).await.status, 200);
        assert_refused(&world.patch(&format!("/Users/{user}"), json!(add(1001))).await, "tooMany", "1000 names");
        let group = world.group("g", &[]).await;
        let keys: Map<String, Value> = (0..1001).map(|n| (format!("members[value eq \"{n}\"]"), json!(1))).collect();
        let patch = world.patch(&format!("/Groups/{group}"), json!([{ "op": "add", "value": keys }])).await;
        assert_refused(&patch, "tooMany", "1000 names");
    }

    async fn a_resource_has_100_extensions_at_most(world: World) {
        let of = |count: usize| -> Map<String, Value> {
            (0..count).map(|urn| (format!("urn:x:{urn}"), json!({ "a": 1 }))).collect()
        };
        assert_all(&everywhere(world, &of(100)).await, None);
        assert_all(&everywhere(world, &of(101)).await, Some("100 extensions"));
        let group = world.group("g", &[]).await;
        let add = |count: usize| -> Vec<Value> {
            (0..count).map(|n| json!({ "op": "add", "path": format!("urn:x:y{n}:a"), "value": 1 })).collect()
        };
        assert_eq!(world.patch(&format!("/Groups/{group}"), json!(add(100))).await.status, 200);
        assert_refused(&world.patch(&format!("/Groups/{group}"), json!(add(101))).await, "tooMany", "100 extensions");
    }

    async fn a_body_has_50000_values_at_most(world: World) {
        let of = |values: usize| Map::from_iter([("urn:x:y".to_owned(), json!({ "a": vec![vec![1; 1000]; values / 1000] }))]);
        assert_all(&everywhere(world, &of(51_000)).await, Some("50000 values"));
        let group = world.group("g", &[]).await;
        let body = format!("{{\"displayName\":\"g\",\"urn:x:y\":{{\"a\":[1{}]}}}}", ",1".repeat(1 << 21));
        for (method, path) in [(Method::POST, "/Groups".to_owned()), (Method::PUT, format!("/Groups/{group}"))] {
            let request = world.request(method, &path, "admin").content_type("application/json").body(body.clone());
            assert_refused(&world.send(request).await, "tooMany", "50000 values");
        }
    }

    async fn a_request_names_100000_members_at_most(world: World) {
        let group = world.group("g", &[]).await;
        let path = format!("/Groups/{group}");
        let list = |count: usize| format!("[{{\"value\":\"1\"}}{}]", ",{\"value\":\"1\"}".repeat(count - 1));
        let bodies = |members: &str| {
            [
                (Method::POST, "/Groups".to_owned(), format!("{{\"displayName\":\"new\",\"members\":{members}}}")),
                (Method::PUT, path.clone(), format!("{{\"displayName\":\"g\",\"members\":{members}}}")),
                (Method::PATCH, path.clone(), format!("{{\"Operations\":[{{\"op\":\"add\",\"path\":\"members\",\"value\":{members}}}]}}")),
                (Method::PATCH, path.clone(), format!("{{\"Operations\":[{{\"op\":\"add\",\"value\":{{\"members\":{members}}}}}]}}")),
            ]
        };
        let send = async |(method, path, body): (Method, String, String)| {
            world.send(world.request(method, &path, "admin").content_type("application/scim+json").body(body)).await
        };
        for request in bodies(&list(100_001)) {
            assert_refused(&send(request).await, "tooMany", "100000 members");
        }
        let user = world.user("ava@x.y").await;
        for (at, request) in bodies(&list(100_000).replace("\"1\"", &format!("\"{user}\""))).into_iter().enumerate() {
            assert!(send(request).await.status < 300, "{at}");
        }
    }

    async fn members_are_chosen_by_20_comparisons_at_most_and_by_any_number_of_ids(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let group = world.group("g", &[&ava, &sam]).await;
        let path = format!("/Groups/{group}");
        let remove = |condition: &str| json!({ "op": "remove", "path": format!("members[{condition}]") });
        let other = world.patch(&path, json!(vec![remove("type eq \"x\""); 20])).await;
        assert_eq!((other.status, other.body["members"].as_array().unwrap().len()), (200, 2));
        assert_refused(&world.patch(&path, json!(vec![remove("type eq \"x\""); 21])).await, "tooMany", "20 comparisons");
        let long = vec!["type co \"x\""; 21].join(" or ");
        assert_refused(&world.patch(&path, json!([remove(&long)])).await, "tooMany", "20 comparisons");
        let by_id: Vec<String> = (0..300).map(|n| format!("value eq \"9{n:06}\"")).chain([format!("value eq \"{ava}\"")]).collect();
        let gone = world.patch(&path, json!([remove(&by_id.join(" or "))])).await;
        assert_eq!((gone.status, &gone.body["members"][0]["value"]), (200, &json!(sam)));
    }

    /// However many conditions there are, the members are read once.
    async fn conditions_on_members_cost_no_statement_each(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("g", &[&ava]).await;
        let path = format!("/Groups/{group}?excludedAttributes=members");
        let remove = |times: usize| json!(vec![json!({ "op": "remove", "path": "members[type eq \"x\"]" }); times]);
        let (one, _) = world.statements_of(world.patch(&path, remove(1))).await;
        let (twenty, _) = world.statements_of(world.patch(&path, remove(20))).await;
        assert_eq!(one, twenty);
    }

    async fn the_operations_of_a_patch_look_at_50000_values_at_most(world: World) {
        let emails: Vec<Value> = (0..1000).map(|n| json!({ "value": format!("e{n}@x.y") })).collect();
        let user = world.created("/Users", json!({ "userName": "ava@x.y", "emails": emails })).await;
        let path = format!("/Users/{user}");
        let replace = |times: usize| -> Vec<Value> {
            (0..times)
                .map(|n| json!({ "op": "replace", "path": format!("emails[value eq \"e{n}@x.y\"].display"), "value": "x" }))
                .collect()
        };
        assert_eq!(world.patch(&path, json!(replace(50))).await.status, 200);
        assert_refused(&world.patch(&path, json!(replace(51))).await, "tooMany", "50000");
        let long = vec!["value eq \"x\""; 51].join(" or ");
        let dear = json!([{ "op": "remove", "path": format!("emails[{long}]") }]);
        assert_refused(&world.patch(&path, dear).await, "tooMany", "50000");
    }

    async fn a_resource_is_stored_up_to_1_mib(world: World) {
        let of = |urn: usize, count: usize| {
            let object: Map<String, Value> = (0..count).map(|n| (format!("n{n}"), "x".repeat(4000).into())).collect();
            Map::from_iter([(format!("urn:x:{urn}"), Value::Object(object))])
        };
        let user = world.created("/Users", json!({ "userName": "ava@x.y" })).await;
        let path = format!("/Users/{user}");
        for (urn, count) in [(0, 100), (1, 100), (2, 55)] {
            let added = world.patch(&path, json!([{ "op": "add", "value": of(urn, count) }])).await;
            assert_eq!(added.status, 200, "{urn}");
        }
        assert_refused(&world.patch(&path, json!([{ "op": "add", "value": of(3, 10) }])).await, "tooMany", "1048576");
        assert_eq!(world.patch(&path, json!([{ "op": "replace", "value": { "active": false } }])).await.status, 200);
    }

    async fn a_user_is_found_by_its_last_20_former_names(world: World) {
        let ava = world.user("n0@x.y").await;
        for number in 1..=30 {
            let rename = json!([{ "op": "replace", "path": "userName", "value": format!("n{number}@x.y") }]);
            assert_eq!(world.patch(&format!("/Users/{ava}"), rename).await.status, 200);
        }
        for (host, name, owner) in [(1, "n9@x.y", false), (2, "n10@x.y", true), (3, "n29@x.y", true), (4, "n30@x.y", true)] {
            world.host(host, &Source::MdmIdpAccounts, name).await;
            assert_eq!(world.owner(host).await.is_some(), owner, "{name}");
        }
        // A name that is used again is the latest one again.
        for name in ["n12@x.y", "n31@x.y"] {
            let rename = json!([{ "op": "replace", "path": "userName", "value": name }]);
            assert_eq!(world.patch(&format!("/Users/{ava}"), rename).await.status, 200);
        }
        world.host(5, &Source::MdmIdpAccounts, "n12@x.y").await;
        assert!(world.owner(5).await.is_some());
    }

    async fn a_name_with_smtp_before_it_claims_nobodys_address(world: World) {
        let cfo = world.user("cfo@x.y").await;
        world.user("smtp:cfo@x.y").await;
        world.host(1, &Source::MdmIdpAccounts, "cfo@x.y").await;
        assert_eq!(world.owner(1).await, Some(cfo));
    }

    async fn a_body_in_another_encoding_and_two_authorizations_are_refused(world: World) {
        let post = |encoding: &'static str| {
            let request = world.request(Method::POST, "/Users", "admin").content_type("application/scim+json");
            request.header("content-encoding", encoding).body("{\"userName\":\"ava@x.y\"}")
        };
        let refused = world.send(post("gzip")).await;
        assert_eq!(refused.status, 415, "{}", refused.text);
        assert_eq!(world.send(post("identity")).await.status, 201);
        let twice = world.request(Method::GET, "/Users", "admin").header("authorization", "Bearer other").finish();
        let refused = world.send(twice).await;
        assert_eq!(refused.status, 400, "a 401 would make Entra ID stop: {}", refused.text);
    }

    async fn many_searches_of_one_client_leave_others_alone(world: World) {
        let ava = world.user("ava@x.y").await;
        let scans = (0..20).map(|_| world.find("/Users", "title co \"a\" or displayName co \"b\""));
        let answers = futures_util::future::join_all(scans).await;
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!(world.get(&format!("/Users/{ava}")).await.status, 200);
    }

    async fn adding_to_a_list_of_an_open_extension_is_counted_by_what_is_in_it(world: World) {
        let object = |n: usize| (0..40).map(|key| (format!("k{key}"), json!(n))).collect::<Map<_, _>>();
        let list: Vec<Value> = (0..1000).map(|n| object(n).into()).collect();
        let user = world.created("/Users", json!({ "userName": "ava@x.y", "urn:x:y": { "l": list } })).await;
        let path = format!("/Users/{user}");
        let same: Vec<Value> = (0..10).map(|_| object(999).into()).collect();
        let operation = json!({ "op": "add", "path": "urn:x:y:l", "value": same });
        let add = |count: usize| Value::Array(vec![operation.clone(); count]);
        let version = world.get(&path).await.body["meta"]["version"].clone();
        let within = world.patch(&path, add(20)).await;
        assert_eq!((within.status, &within.body["meta"]["version"]), (200, &version), "each is there once");
        let beyond = world.patch(&path, add(30)).await;
        assert_eq!((beyond.status, &beyond.body["scimType"]), (400, &json!("tooMany")), "{}", beyond.text);
    }
}
