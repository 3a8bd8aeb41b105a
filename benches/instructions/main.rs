//! What six operations cost in instructions. Unlike time, instructions do not depend on other work on the machine.
//!
//! ```sh
//! cargo bench --bench instructions --no-run    # says where the program is
//! for times in 0 200; do
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/instructions-… patch_group $times
//! done
//! ```
//!
//! The difference between the two counts, divided by 200, is what one request costs on SQLite, including SQLite's own
//! instructions. The operations are `create_user`, `get_user`, `patch_user`, `patch_group`, `list_users` and
//! `end_users`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::sync::Arc;

use anybody::{Anybody, App, call};
use fleet_scim::{
    HostId, ScimModule, connect,
    hosts::Source,
    poem::{EndpointExt, Route, http::Method},
};
use fleet_scim_dev::anybody;
use serde_json::{Value, json};

const PEOPLE: usize = 500;

fn user(number: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": format!("u{number}@x.y"), "externalId": format!("e{number}"), "active": true,
        "name": { "givenName": "Given", "familyName": format!("Family {number}") },
        "emails": [{ "value": format!("u{number}@x.y"), "type": "work", "primary": true }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
    })
}

async fn send(app: &App, method: Method, path: &str, body: Option<Value>) -> Value {
    let (status, text) = call(app, method, path, body.map(|body| body.to_string())).await;
    assert!(status < 300, "{status} {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(operation), Some(times)) = (arguments.next(), arguments.next()) else {
        return println!("instructions OPERATION TIMES");
    };
    let times: usize = times.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pools = connect(&format!("sqlite://{}/scim.db?mode=rwc", folder.path().display())).await.unwrap();
    ScimModule::migrate(&pools.writer).await.unwrap();
    let scim = ScimModule::builder(pools, Anybody).public_url("https://fleet.example.com").build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let mut ids = Vec::new();
    for number in 0..PEOPLE {
        let created = send(&app, Method::POST, "/scim/Users", Some(user(number))).await;
        ids.push(created["id"].as_str().unwrap().to_owned());
        let host = HostId(i64::try_from(number).unwrap());
        scim.hosts().set_emails(host, &Source::MdmIdpAccounts, &[&format!("u{number}@x.y")]).await.unwrap();
    }
    let members: Vec<Value> = ids[1..].iter().map(|id| json!({ "value": id })).collect();
    let group = send(&app, Method::POST, "/scim/Groups", Some(json!({ "displayName": "g", "members": members }))).await;
    let group = format!("/scim/Groups/{}?excludedAttributes=members", group["id"].as_str().unwrap());
    for number in 0..times {
        let id = &ids[number % PEOPLE];
        let patch = |operation: Value| Some(json!({ "Operations": [operation] }));
        match operation.as_str() {
            "create_user" => drop(send(&app, Method::POST, "/scim/Users", Some(user(PEOPLE + number))).await),
            "get_user" => drop(send(&app, Method::GET, &format!("/scim/Users/{id}"), None).await),
            "patch_user" => {
                let active = json!({ "op": "replace", "path": "active", "value": number % 2 == 1 });
                send(&app, Method::PATCH, &format!("/scim/Users/{}", ids[0]), patch(active)).await;
            }
            "patch_group" => {
                let op = if number % 2 == 0 { "add" } else { "remove" };
                let member = json!({ "op": op, "path": "members", "value": [{ "value": ids[0] }] });
                send(&app, Method::PATCH, &group, patch(member)).await;
            }
            "list_users" => {
                let path = "/scim/Users?count=20&filter=name.givenName%20eq%20%22given%22%20and%20active%20eq%20true";
                send(&app, Method::GET, path, None).await;
            }
            "end_users" => {
                let hosts: Vec<HostId> = (0..20).map(HostId).collect();
                scim.hosts().end_users(&hosts).await.unwrap();
            }
            _ => return println!("no such operation"),
        }
    }
}
