//! The requests: those that once stopped the service, and the most expensive ones within the bounds.

use fleet_scim::poem::http::Method;
use serde_json::{Map, Value, json};

use super::{anybody::App, call, create};

const MIB: usize = 1024 * 1024;

pub struct Attack {
    pub name: &'static str,
    pub method: Method,
    pub path: String,
    pub body: Option<String>,
    /// How many are sent at the same moment.
    pub at_once: usize,
}

fn attack(name: &'static str, method: Method, path: impl Into<String>, body: Option<String>) -> Attack {
    Attack { name, method, path: path.into(), body, at_once: 1 }
}

fn patch(operations: Vec<Value>) -> Option<String> {
    Some(json!({ "Operations": operations }).to_string())
}

fn filter(endpoint: &str, filter: &str) -> String {
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{endpoint}?count=100&attributes=id&filter={encoded}")
}

/// Builds a filter of at most this many bytes by repeating a term.
fn long(term: &str, join: &str, bytes: usize) -> String {
    let mut text = term.replace('#', "0");
    for number in 1.. {
        let next = format!("{join}{}", term.replace('#', &number.to_string()));
        if text.len() + next.len() > bytes {
            break;
        }
        text += &next;
    }
    text
}

fn with_names(urns: usize, names: usize, value: &str) -> Map<String, Value> {
    let mut body = Map::new();
    for urn in 0..urns {
        let object: Map<String, Value> = (0..names)
            .map(|name| (format!("n{name}"), if value.is_empty() { 1.into() } else { value.into() }))
            .collect();
        body.insert(format!("urn:x:{urn}"), Value::Object(object));
    }
    body
}

pub async fn all(app: &App, ids: &[String]) -> Vec<Attack> {
    let members = |count: usize| -> Vec<Value> {
        (0..count).map(|at| json!({ "value": ids[at % ids.len()], "display": "Ava Nguyen", "type": "User" })).collect()
    };
    let group_of = async |name: &str, count: usize| {
        let group = json!({ "displayName": name, "members": members(count) });
        format!("/Groups/{}?excludedAttributes=members", create(app, "/Groups?attributes=id", group).await)
    };
    let (small, large) = (group_of("small", 2000).await, group_of("large", ids.len()).await);
    let emails: Vec<Value> = (0..1000).map(|n| json!({ "value": format!("e{n}@x.y"), "type": "work" })).collect();
    let rich = create(app, "/Users?attributes=id", json!({ "userName": "rich@x.y", "emails": emails })).await;
    let rich = format!("/Users/{rich}?attributes=id");
    let named = create(app, "/Users?attributes=id", json!({ "userName": "named@x.y" })).await;
    let renames: Vec<Value> = (0..100)
        .map(|n| {
            let op = json!([{ "op": "replace", "path": "userName", "value": format!("named{n}@x.y") }]);
            json!({ "method": "PATCH", "path": format!("/Users/{named}"), "data": { "Operations": op } })
        })
        .collect();
    let new_users: Vec<Value> = (0..100)
        .map(|n| json!({ "method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": { "userName": format!("bulk{n}@x.y") } }))
        .collect();
    let circle: Vec<Value> = (0..100)
        .map(|n| {
            let next = json!([{ "value": format!("bulkId:{}", (n + 1) % 100) }]);
            json!({ "method": "POST", "path": "/Groups", "bulkId": n.to_string(), "data": { "displayName": format!("circle{n}"), "members": next } })
        })
        .collect();
    let value_path = |n: usize| json!({ "op": "replace", "path": format!("emails[value eq \"e{}@x.y\"].display", n % 1000), "value": "x" });
    let remove = |text: String| json!({ "op": "remove", "path": format!("members[{text}]") });
    let names: Vec<Value> =
        (0..34_000).map(|n| json!({ "op": "add", "path": format!("urn:x:y:n{n}"), "value": 1 })).collect();
    let keys: Map<String, Value> = (0..80_000).map(|n| (format!("members[value eq \"{n}\"]"), 1.into())).collect();
    let mut urns = with_names(43_000, 0, "");
    urns.insert("userName".to_owned(), "urns@x.y".into());
    let mut full = with_names(90, 990, "");
    full.insert("userName".to_owned(), "full@x.y".into());
    for fat in 0..200 {
        let mut body = with_names(1, 250, &"x".repeat(4000));
        body.insert("userName".to_owned(), format!("fat{fat}@x.y").into());
        let (status, text) =
            call(app, Method::POST, "/Users?attributes=id", Some(Value::Object(body).to_string())).await;
        assert!(status == 201, "{text}");
    }
    let mut body = with_names(1, 250, &"x".repeat(4000));
    body.insert("userName".to_owned(), "large@x.y".into());
    let large_user = create(app, "/Users?attributes=id", Value::Object(body)).await;
    let titles: Vec<Value> = (0..100)
        .map(|n| {
            let op = json!([{ "op": "replace", "path": "title", "value": n.to_string() }]);
            json!({ "method": "PATCH", "path": format!("/Users/{large_user}"), "data": { "Operations": op } })
        })
        .collect();
    let conditions: Vec<Value> = (0..100)
        .map(|n| {
            let path = large.split('?').next();
            json!({ "method": "PATCH", "path": path, "data": { "Operations": [remove(format!("value co \"x{n}\""))] } })
        })
        .collect();
    let mut attacks = vec![
        attack("PATCH: 5,000 conditions on 2,000 members", Method::PATCH, &small, patch((0..5000).map(|_| remove("type eq \"x\"".into())).collect())),
        attack("PATCH: 20 comparisons on everybody", Method::PATCH, &large, patch((0..20).map(|n| remove(format!("value co \"x{n}\""))).collect())),
        attack("PATCH: 50,000 members by value", Method::PATCH, &large, patch((0..50_000).map(|n| remove(format!("value eq \"9{n:08}\""))).collect())),
        attack("PATCH: 80,000 keys members[value eq]", Method::PATCH, &small, patch(vec![json!({ "op": "add", "value": keys })])),
        attack("PUT: everybody in one group", Method::PUT, &small, Some(json!({ "displayName": "small", "members": members(ids.len()) }).to_string())),
        attack("PUT: 100,000 members, most unknown", Method::PUT, &small, Some(json!({ "displayName": "small", "members": (0..100_000).map(|n| json!({ "value": n.to_string() })).collect::<Vec<_>>() }).to_string())),
        attack("PUT: 16 MiB of [1,1,…]", Method::PUT, &small, Some(format!("{{\"displayName\":\"small\",\"members\":[1{}]}}", ",1".repeat(8 * MIB - 30)))),
        attack("PUT: 16 MiB of [1,1,…] elsewhere", Method::PUT, &small, Some(format!("{{\"displayName\":\"small\",\"urn:x:y\":{{\"a\":[1{}]}}}}", ",1".repeat(8 * MIB - 30)))),
        attack("POST /Groups/.search: 16 MiB", Method::POST, "/Groups/.search", Some(format!("{{\"attributes\":[\"a\"{}]}}", ",\"a\"".repeat(4 * MIB - 10)))),
        attack("POST: 43,000 extensions", Method::POST, "/Users?attributes=id", Some(Value::Object(urns).to_string())),
        attack("POST: 90 extensions of 990 names", Method::POST, "/Users?attributes=id", Some(Value::Object(full).to_string())),
        attack("PATCH: 34,000 names of an extension", Method::PATCH, &small, patch(names)),
        attack("PATCH: 13,796 value paths over 1,000 emails", Method::PATCH, &rich, patch((0..13_796).map(value_path).collect())),
        attack("PATCH: 50 value paths over 1,000 emails", Method::PATCH, &rich, patch((0..50).map(value_path).collect())),
        attack("Bulk: 100 renames of one user", Method::POST, "/Bulk", Some(json!({ "Operations": renames }).to_string())),
        attack("Bulk: 100 new users", Method::POST, "/Bulk", Some(json!({ "Operations": new_users }).to_string())),
        attack("Bulk: a circle of 100 groups", Method::POST, "/Bulk", Some(json!({ "Operations": circle }).to_string())),
        attack("Bulk: 100 titles of a user of 1 MB", Method::POST, "/Bulk", Some(json!({ "Operations": titles }).to_string())),
        attack("Bulk: 100 conditions on everybody", Method::POST, "/Bulk", Some(json!({ "Operations": conditions }).to_string())),
        attack("GET: a page of 200 users of 1 MB", Method::GET, "/Users?filter=userName%20sw%20%22fat%22&count=200", None),
        attack("GET: a page of groups with everybody", Method::GET, "/Groups?count=200", None),
        attack("POST: a filter of 8 KB, userName eq", Method::GET, filter("/Users", &long("userName eq \"n#@x.y\"", " or ", 8000)), None),
    ];
    for (name, endpoint, term) in [
        ("filter of 8 KB: groups.display co", "/Users", "groups.display co \"x#\""),
        (
            "filter of 8 KB: hosts",
            "/Users",
            "urn:fleet:params:scim:schemas:extension:host:2.0:User:hosts.display co \"x#\"",
        ),
        ("filter of 8 KB: emails", "/Users", "emails.value co \"zz#\""),
        ("filter of 8 KB: title", "/Users", "title co \"zz#\""),
        ("filter of 8 KB: members", "/Groups", "members.value co \"zz#\""),
    ] {
        let path = filter(endpoint, &long(term, " or ", 8000));
        attacks.push(Attack { at_once: 4, ..attack(name, Method::GET, path, None) });
    }
    for (name, endpoint, term, times) in [
        ("filter at the bound: groups.display co", "/Users", "groups.display co \"x#\"", 10),
        (
            "filter at the bound: hosts",
            "/Users",
            "urn:fleet:params:scim:schemas:extension:host:2.0:User:hosts.display co \"x#\"",
            2,
        ),
        ("filter at the bound: emails", "/Users", "emails.value co \"zz#\"", 10),
        ("filter at the bound: title", "/Users", "title co \"zz#\"", 12),
        ("filter at the bound: members", "/Groups", "members.value co \"zz#\"", 5),
    ] {
        let text: Vec<String> = (0..times).map(|number| term.replace('#', &number.to_string())).collect();
        let path = filter(endpoint, &text.join(" or "));
        attacks.push(Attack { at_once: 4, ..attack(name, Method::GET, path, None) });
    }
    attacks
}
