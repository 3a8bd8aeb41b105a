//! What nested groups cost: 20,000 people in 10 of 10,000 groups each, which are nested five levels deep, so that each person is in
//! about 83.
//!
//! `cargo bench --bench nested` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name. It prints
//! medians: of the same questions before groups are nested and after.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{sync::Arc, time::Instant};

use anybody::{Anybody, App, call};
use fleet_scim::{
    HostId, ScimModule,
    poem::{EndpointExt, Route, http::Method},
    sea_orm::{ConnectionTrait, DatabaseConnection},
};
use fleet_scim_dev::{anybody, databases, people, timing::median};

const PEOPLE: usize = 20_000;
/// The groups of each level, the lowest first.
const LEVELS: [usize; 6] = [6000, 2000, 1000, 600, 300, 100];
const TIMES: usize = 100;
const TABLES: [&str; 6] =
    ["scim_users", "scim_user_keys", "scim_user_group", "scim_group_group", "scim_groups", "scim_host_emails"];

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

async fn insert(database: &DatabaseConnection, into: &str, rows: &[String]) {
    for chunk in rows.chunks(2000) {
        run(database, &format!("INSERT INTO {into} VALUES {}", chunk.join(","))).await;
    }
}

/// Puts each person into ten groups of the lowest level, and gives each a host.
async fn fill(database: &DatabaseConnection) {
    people::fill(database, PEOPLE).await;
    let hosts: Vec<String> =
        (1..=PEOPLE).map(|id| format!("({id}, 'mdm_idp_accounts', 0, 1, 'u{id}@x.y', 'u{id}@x.y')")).collect();
    insert(database, "scim_host_emails (host_id, source, position, source_rank, email, email_key)", &hosts).await;
    let count: usize = LEVELS.iter().sum();
    let groups: Vec<String> =
        (1..=count).map(|id| format!("({id}, 1, 'Group {id}', 'group {id}', '{{}}', 1, 1, 1)")).collect();
    let columns = "id, connection_id, display_name, display_name_key, resource, version, created_at, updated_at";
    insert(database, &format!("scim_groups ({columns})"), &groups).await;
    let members: Vec<String> = (1..=PEOPLE)
        .flat_map(|user| (0..10).map(move |turn| format!("(1, {}, {user})", (user * 31 + turn * 613) % LEVELS[0] + 1)))
        .collect();
    insert(database, "scim_user_group (connection_id, group_id, user_id)", &members).await;
}

/// Makes each group a member of one group of the next level, and every fifth of two.
async fn nest(database: &DatabaseConnection) {
    let (mut edges, mut first) = (Vec::new(), 1);
    for pair in LEVELS.windows(2) {
        let next = first + pair[0];
        for number in 0..pair[0] {
            edges.push(format!("(1, {}, {})", next + number % pair[1], first + number));
            if number % 5 == 0 {
                edges.push(format!("(1, {}, {})", next + (number + 7) % pair[1], first + number));
            }
        }
        first = next;
    }
    insert(database, "scim_group_group (connection_id, group_id, child_id)", &edges).await;
}

/// Asks a question about different numbers, and returns the median in milliseconds.
async fn time(times: usize, ask: impl AsyncFn(usize)) -> f64 {
    let mut took = Vec::new();
    for turn in 0..times + 2 {
        let began = Instant::now();
        ask((turn * 7919) % (PEOPLE - 200) + 1).await;
        // The first two find nothing in any cache.
        if turn > 1 {
            took.push(began.elapsed());
        }
    }
    median(&mut took)
}

async fn measure(scim: &ScimModule, app: &App) -> Vec<(&'static str, f64)> {
    let hosts = |first: usize, count: usize| -> Vec<HostId> {
        (first..first + count).map(|id| HostId(i64::try_from(id).unwrap())).collect()
    };
    let get = async |path: String| {
        let (status, text) = call(app, Method::GET, &path, None).await;
        assert_eq!(status, 200, "{text}");
    };
    vec![
        (
            "end users of one host",
            time(TIMES, async |id| drop(scim.hosts().end_users(&hosts(id, 1)).await.unwrap())).await,
        ),
        (
            "end users of 100 hosts",
            time(TIMES, async |id| drop(scim.hosts().end_users(&hosts(id, 100)).await.unwrap())).await,
        ),
        ("GET of a user", time(TIMES, async |id| get(format!("/scim/Users/{id}")).await).await),
        ("a page of 100 users", time(20, async |id| get(format!("/scim/Users?count=100&startIndex={id}")).await).await),
        (
            "a user by groups.display of the lowest level",
            time(20, async |id| {
                get(format!("/scim/Users?count=20&filter=groups.display%20eq%20%22group%20{}%22", id % 6000 + 1)).await
            })
            .await,
        ),
        (
            "users by groups.display of the highest level",
            time(10, async |id| {
                get(format!("/scim/Users?count=20&filter=groups.display%20eq%20%22group%20{}%22", 9901 + id % 100))
                    .await
            })
            .await,
        ),
    ]
}

async fn on(backend: databases::Backend) {
    let place = backend.place().await.unwrap();
    let database = databases::connect(&place.url, 4).await;
    fill(&database).await;
    people::analyze_tables(&database, &TABLES).await;
    let scim =
        ScimModule::builder(database.clone(), Anybody).public_url("https://fleet.example.com").build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let flat = measure(&scim, &app).await;
    nest(&database).await;
    people::analyze_tables(&database, &TABLES).await;
    let nested = measure(&scim, &app).await;
    let shown = scim.hosts().end_users_of(HostId(77)).await.unwrap();
    println!("{backend:?}\tgroups of a person\t{}", shown.end_users[0].idp_groups.len());
    for ((name, flat), (_, nested)) in flat.into_iter().zip(nested) {
        println!("{backend:?}\t{name}\t{flat:.2} ms flat\t{nested:.2} ms nested\t{:.2}", nested / flat);
    }
    drop(app);
    drop(scim);
    database.close().await.unwrap();
    place.remove().await;
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for backend in databases::Backend::given() {
        runtime.block_on(on(backend));
    }
}
