//! A first sync on an empty database, without ANALYZE. It measures a create at first and at 100,000 users, a lookup, a
//! group of 50,000 members in one request and in many, and a walk by index.
//!
//! `cargo bench --bench fresh` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name.
//! It fails if the last thousand users are created at less than 0.8 of the rate of the first thousand. `PEOPLE` sets
//! another number of users.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anybody::{Anybody, App};
use fleet_scim::{
    ScimModule,
    poem::{EndpointExt, Route, http::Method},
};
use fleet_scim_dev::{anybody, databases, timing::median};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

/// Clients that create users at the same moment.
const CLIENTS: usize = 8;
/// Number of users over which the rate is measured, at the start and at the end.
const MEASURED: usize = 1000;
/// Members of the large group.
const MEMBERS: usize = 50_000;
/// Resources on a page.
const PAGE: usize = 100;
/// How often the first page is requested. Unlike other pages, it also reads the total.
const FIRST_PAGES: usize = 20;
/// The lowest rate allowed for the last users, as a fraction of the rate of the first.
const SLOWER: f64 = 0.8;

async fn call(app: &App, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let (status, text) = anybody::call(app, method, path, body.map(|body| body.to_string())).await;
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// Creates users, and returns how many were created per second.
async fn create(app: &App, numbers: std::ops::Range<usize>, ids: &mut Vec<String>) -> f64 {
    let began = Instant::now();
    let count = numbers.len();
    let one = |number: usize| async move {
        let body = json!({
            "userName": format!("u{number}@x.y"), "externalId": format!("e{number}"), "active": true,
            "name": { "givenName": "Given", "familyName": format!("Family {}", number / 10) },
            "emails": [{ "value": format!("u{number}@x.y"), "type": "work", "primary": true }],
        });
        let (status, user) = call(app, Method::POST, "/scim/Users", Some(body)).await;
        assert_eq!(status, 201, "{user}");
        user["id"].as_str().unwrap().to_owned()
    };
    ids.extend(stream::iter(numbers).map(one).buffer_unordered(CLIENTS).collect::<Vec<_>>().await);
    count as f64 / began.elapsed().as_secs_f64()
}

async fn timed(app: &App, method: Method, path: &str, body: Option<Value>) -> (Duration, Value) {
    let began = Instant::now();
    let (status, answer) = call(app, method, path, body).await;
    let took = began.elapsed();
    assert!(status < 300, "{status} {answer}");
    (took, answer)
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

async fn sync(backend: databases::Backend, people: usize) {
    let place = backend.place().await.unwrap();
    let sqlite = backend == databases::Backend::Sqlite;
    let writer = databases::connect(&place.url, if sqlite { 1 } else { 8 }).await;
    let reader = if sqlite { databases::connect(&place.url, 4).await } else { writer.clone() };
    let scim = ScimModule::builder(writer, Anybody).reader(reader).build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let mut ids = Vec::with_capacity(people);

    let first = create(&app, 0..MEASURED, &mut ids).await;
    create(&app, MEASURED..people - MEASURED, &mut ids).await;
    let last = create(&app, people - MEASURED..people, &mut ids).await;
    println!(
        "{backend:?} creates: first {MEASURED} {first:.0}/s, last {MEASURED} of {people} {last:.0}/s ({:.2})",
        last / first
    );

    for (of, filter) in [("userName", "userName eq \"U777@x.y\""), ("an email", "emails.value eq \"u777@x.y\"")] {
        let path = format!("/scim/Users?filter={}", filter.replace(' ', "%20").replace('"', "%22"));
        let mut times = Vec::new();
        for _ in 0..50 {
            let (took, found) = timed(&app, Method::GET, &path, None).await;
            assert_eq!(found["totalResults"], 1);
            times.push(took);
        }
        println!("{backend:?} lookup by {of}: {:.2} ms", median(&mut times));
    }

    let members: Vec<Value> = ids.iter().take(MEMBERS).map(|id| json!({ "value": id })).collect();
    let group = json!({ "displayName": "at once", "members": members });
    let (once, _) = timed(&app, Method::POST, "/scim/Groups?excludedAttributes=members", Some(group)).await;
    let (_, group) = timed(&app, Method::POST, "/scim/Groups", Some(json!({ "displayName": "in parts" }))).await;
    let path = format!("/scim/Groups/{}?excludedAttributes=members", group["id"].as_str().unwrap());
    let mut parts = Vec::new();
    for part in members.chunks(1000) {
        let operations = json!({ "Operations": [{ "op": "add", "path": "members", "value": part }] });
        parts.push(timed(&app, Method::PATCH, &path, Some(operations)).await.0);
    }
    let slowest = parts.iter().max().copied().unwrap_or_default();
    println!(
        "{backend:?} members: {MEMBERS} in one POST {:.0} ms; by PATCHes of 1,000 median {:.1} ms, slowest {:.1} ms",
        milliseconds(once),
        median(&mut parts),
        milliseconds(slowest)
    );

    let mut pages = Vec::new();
    for start in (1..people).step_by(PAGE) {
        let path = format!("/scim/Users?startIndex={start}&count={PAGE}");
        let (took, page) = timed(&app, Method::GET, &path, None).await;
        assert_eq!(
            (page["totalResults"].as_u64(), page["itemsPerPage"].as_u64()),
            (Some(people as u64), Some(PAGE as u64))
        );
        pages.push(took);
    }
    let mut firsts = Vec::new();
    for _ in 0..FIRST_PAGES {
        firsts.push(timed(&app, Method::GET, &format!("/scim/Users?startIndex=1&count={PAGE}"), None).await.0);
    }
    let last_page = pages[pages.len() - 1];
    let median_page = median(&mut pages);
    println!(
        "{backend:?} walk by index, {} pages of {PAGE}: first {:.2} ms (median of {FIRST_PAGES}), median {median_page:.2} ms, 99 of 100 within {:.2} ms, last {:.2} ms",
        pages.len(),
        median(&mut firsts),
        milliseconds(pages[pages.len() * 99 / 100]),
        milliseconds(last_page),
    );
    drop((app, scim));
    place.remove().await;
    assert!(last >= first * SLOWER, "the last users are created at {:.2} of the rate of the first", last / first);
}

fn main() {
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for backend in databases::Backend::given() {
        runtime.block_on(sync(backend, people));
    }
}
