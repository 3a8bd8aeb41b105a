//! Expensive requests: what each costs in time, processor time and memory, and how long other clients wait meanwhile.
//!
//! `cargo bench --bench hostile` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name.
//! `PEOPLE` sets the number of users (20,000). `ONLY` runs only the requests whose name contains its text. The
//! processor time is that of this process; with SQLite it includes the database. It includes the other clients too, unless
//! `QUIET` is set: then there are none.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

mod attacks;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anybody::{Anybody, App};
use attacks::Attack;
use fleet_scim::{
    HostId, ScimModule,
    hosts::Source,
    poem::{EndpointExt, Route, http::Method},
};
use fleet_scim_dev::{anybody, databases, process};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};

/// Number of groups. Each user is in ten of them.
const GROUPS: usize = 200;
/// Number of hosts, each with one address.
const HOSTS: i64 = 2000;

pub async fn call(app: &App, method: Method, path: &str, body: Option<String>) -> (u16, String) {
    anybody::call(app, method, &format!("/scim{path}"), body).await
}

/// Creates a resource, and returns its id.
pub async fn create(app: &App, path: &str, body: Value) -> String {
    let (status, text) = call(app, Method::POST, path, Some(body.to_string())).await;
    assert_eq!(status, 201, "{text}");
    let created: Value = serde_json::from_str(&text).unwrap();
    created["id"].as_str().unwrap().to_owned()
}

/// Returns the longest wait of a client that repeats one kind of request.
async fn beside(
    app: App,
    ends: Arc<AtomicBool>,
    request: impl Fn(usize) -> (Method, String, Option<String>),
) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0.. {
        if ends.load(Ordering::Relaxed) {
            break;
        }
        let (method, path, body) = request(number);
        let began = Instant::now();
        call(&app, method, &path, body).await;
        longest = longest.max(began.elapsed());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    longest
}

async fn run(backend: databases::Backend, app: &App, attack: Attack) {
    let ends = Arc::new(AtomicBool::new(std::env::var_os("QUIET").is_some()));
    let name = attack.name.replace(' ', "-");
    let writer = tokio::spawn(beside(app.clone(), ends.clone(), move |number| {
        let user = json!({ "userName": format!("beside-{name}-{number}@x.y") });
        (Method::POST, "/Users?attributes=id".to_owned(), Some(user.to_string()))
    }));
    let reader = tokio::spawn(beside(app.clone(), ends.clone(), |_| {
        (Method::GET, "/Users?filter=userName%20eq%20%22u7%40x.y%22".to_owned(), None)
    }));
    let before = process::cost();
    let began = Instant::now();
    let one = || call(app, attack.method.clone(), &attack.path, attack.body.clone());
    let answers = join_all((0..attack.at_once).map(|_| one())).await;
    let took = began.elapsed();
    let after = process::cost();
    ends.store(true, Ordering::Relaxed);
    let (post, get) = (writer.await.unwrap(), reader.await.unwrap());
    let statuses: Vec<String> = answers.iter().map(|(status, _)| status.to_string()).collect();
    println!(
        "{:8} {:58} {:>15} {:>8.0} {:>8.0} {:>6} {:>8.0} {:>8.0}",
        format!("{backend:?}"),
        attack.name,
        statuses.join(" "),
        milliseconds(took),
        milliseconds(after.processor.saturating_sub(before.processor)),
        after.peak.saturating_sub(before.resident) / (1024 * 1024),
        milliseconds(post),
        milliseconds(get)
    );
    if answers[0].0 >= 400 {
        let refusal: Value = serde_json::from_str(&answers[0].1).unwrap_or_default();
        println!("{:8} {}", "", refusal["detail"].as_str().unwrap_or_default());
    }
}

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

async fn all(backend: databases::Backend, people: usize) {
    let place = backend.place().await.unwrap();
    let sqlite = backend == databases::Backend::Sqlite;
    let writer = databases::connect(&place.url, if sqlite { 1 } else { 8 }).await;
    let reader = if sqlite { databases::connect(&place.url, 4).await } else { writer.clone() };
    let scim = ScimModule::builder(writer, Anybody).reader(reader).build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let user = |number: usize| {
        let app = &app;
        async move {
            let body = json!({
                "userName": format!("u{number}@x.y"), "externalId": format!("e{number}"), "active": true,
                "name": { "givenName": "Given", "familyName": format!("Family {}", number / 10) },
                "emails": [{ "value": format!("u{number}@x.y"), "type": "work", "primary": true }],
            });
            create(app, "/Users?attributes=id", body).await
        }
    };
    let mut ids: Vec<String> = stream::iter(0..people).map(user).buffer_unordered(8).collect().await;
    ids.sort_unstable_by_key(|id| id.parse::<i64>().unwrap());
    for number in 0..GROUPS {
        let members: Vec<Value> =
            (0..people / 20).map(|at| json!({ "value": ids[(at * 20 + number) % people] })).collect();
        let group = json!({ "displayName": format!("Group {number}"), "members": members });
        create(&app, "/Groups?attributes=id", group).await;
    }
    for host in 1..=HOSTS {
        scim.hosts().set_emails(HostId(host), &Source::MdmIdpAccounts, &[&format!("u{host}@x.y")]).await.unwrap();
    }
    let only = std::env::var("ONLY").unwrap_or_default();
    for attack in attacks::all(&app, &ids).await.into_iter().filter(|attack| attack.name.contains(&only)) {
        run(backend, &app, attack).await;
    }
    drop((scim, app));
    place.remove().await;
}

fn main() {
    // `cargo test --benches` runs this program without `--bench`. There is nothing to measure then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(20_000);
    println!(
        "{:8} {:58} {:>15} {:>8} {:>8} {:>6} {:>8} {:>8}",
        "", "request", "status", "ms", "CPU ms", "MB", "POST ms", "GET ms"
    );
    let mut backends = vec![databases::Backend::Sqlite];
    if std::env::var("TEST_POSTGRES_URL").is_ok() {
        backends.push(databases::Backend::Postgres);
    }
    if std::env::var("TEST_MYSQL_URL").is_ok() {
        backends.push(databases::Backend::MySql);
    }
    for backend in backends {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(all(backend, people));
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}
