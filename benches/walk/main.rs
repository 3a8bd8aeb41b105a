//! Walks 100,000 users by cursor, in several orders, forward and back, while others are created and deleted.
//!
//! `cargo bench --bench walk` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name. It
//! fails if a user who was there throughout is not seen exactly once, or if the middle or the last pages take more than
//! 1.5 times as long as the first. `PEOPLE` sets another number of users.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anybody::{Anybody, App};
use fleet_scim::{
    ScimModule,
    poem::{EndpointExt, Route, http::Method},
};
use fleet_scim_dev::{anybody, databases, people};
use serde_json::{Value, json};

/// One user in this many is deleted during the walk.
const DELETED: usize = 500;
/// Number of pages at the start, in the middle and at the end whose medians are compared.
const COMPARED: usize = 15;
/// How many times longer the middle and the last pages may take than the first.
const SLOWER: f64 = 1.5;

async fn call(app: &App, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let (status, text) = anybody::call(app, method, path, body.map(|body| body.to_string())).await;
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// Creates users and deletes some of the original ones, until it is told to stop.
async fn churn(app: App, people: usize, stop: Arc<AtomicBool>, next: Arc<AtomicUsize>) {
    while !stop.load(Ordering::Relaxed) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "userName": format!("u{}-{number}@new", number * 7919 % people), "name": { "familyName": "Family 5" } });
        assert_eq!(call(&app, Method::POST, "/scim/Users", Some(body)).await.0, 201);
        let leaver = number * 37 % (people / DELETED) * DELETED + DELETED;
        let (status, _) = call(&app, Method::DELETE, &format!("/scim/Users/{leaver}"), None).await;
        assert!(status == 204 || status == 404, "{status}");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// How often each user was seen, and how long each page took.
struct Walk {
    seen: Vec<u8>,
    pages: Vec<Duration>,
    last: String,
}

async fn walk(app: &App, people: usize, query: &str, start: &str, direction: &str) -> Walk {
    let mut walk = Walk { seen: vec![0; people + 1], pages: vec![], last: start.to_owned() };
    let mut cursor = Some(start.to_owned());
    while let Some(at) = cursor {
        let began = Instant::now();
        let (status, page) = call(app, Method::GET, &format!("/scim/Users?{query}&cursor={at}"), None).await;
        walk.pages.push(began.elapsed());
        assert_eq!(status, 200, "{page}");
        for user in page["Resources"].as_array().unwrap() {
            let id: usize = user["id"].as_str().unwrap().parse().unwrap();
            if let Some(times) = walk.seen.get_mut(id) {
                *times += 1;
            }
        }
        cursor = page[direction].as_str().map(str::to_owned);
        walk.last = at;
    }
    walk
}

impl Walk {
    /// Checks that each user who was there throughout was seen exactly once.
    fn check(&self, of: &str) {
        let stays = |id: &usize| !id.is_multiple_of(DELETED);
        let wrong: Vec<usize> = (1..self.seen.len()).filter(stays).filter(|id| self.seen[*id] != 1).collect();
        assert!(wrong.is_empty(), "{of}: {} users not seen exactly once, such as {:?}", wrong.len(), wrong.first());
        assert!(self.seen.iter().all(|times| *times <= 1), "{of}: somebody was seen twice");
    }

    fn report(&self, of: &str) {
        // A median, because the very first page also reads the total.
        let median = |pages: &[Duration]| {
            let mut pages = pages.to_vec();
            pages.sort_unstable();
            pages[pages.len() / 2].as_secs_f64() * 1000.0
        };
        let count = self.pages.len();
        let first = median(&self.pages[..COMPARED.min(count)]);
        // The last page may be short, so it is left out.
        let last = median(&self.pages[count.saturating_sub(COMPARED + 1)..count - 1]);
        let middle = median(&self.pages[count / 2..(count / 2 + COMPARED).min(count)]);
        let slower = last.max(middle) / first;
        println!(
            "{of:<62} {count:>5} pages  first {first:>7.2} ms  middle {middle:>7.2} ms  last {last:>7.2} ms  {slower:>5.2}"
        );
        assert!(slower <= SLOWER, "{of}: the middle or last pages take {slower:.2} times what the first take");
    }
}

async fn walks(backend: databases::Backend, people: usize) {
    let place = backend.place().await.unwrap();
    let sqlite = backend == databases::Backend::Sqlite;
    let writer = databases::connect(&place.url, if sqlite { 1 } else { 8 }).await;
    let reader = if sqlite { databases::connect(&place.url, 4).await } else { writer.clone() };
    people::fill(&writer, people).await;
    people::analyze(&writer).await;
    let scim = ScimModule::builder(writer, Anybody).reader(reader).max_page(1000).build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let next = Arc::new(AtomicUsize::new(0));
    for (order, count) in [
        ("", 100),
        ("sortBy=userName&", 100),
        ("sortBy=userName&sortOrder=descending&", 100),
        ("sortBy=meta.lastModified&", 1000),
        ("sortBy=name.familyName&", 1000),
        ("sortBy=name.familyName&sortOrder=descending&", 1000),
    ] {
        let query = format!("{order}count={count}");
        let stop = Arc::new(AtomicBool::new(false));
        let others = tokio::spawn(churn(app.clone(), people, stop.clone(), next.clone()));
        let forward = walk(&app, people, &query, "", "nextCursor").await;
        let of = format!("{backend:?} {query}");
        forward.check(&of);
        let backward = walk(&app, people, &query, &forward.last, "previousCursor").await;
        let of_backward = format!("{of} backward");
        // A new user may come after the page where the way back begins. `check` looks only at the original users.
        backward.check(&of_backward);
        stop.store(true, Ordering::Relaxed);
        others.await.unwrap();
        forward.report(&of);
        backward.report(&of_backward);
    }
    drop((app, scim));
    place.remove().await;
}

fn main() {
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for backend in databases::Backend::given() {
        runtime.block_on(walks(backend, people));
    }
}
