//! What criteria cost: a page of 100 of the hosts whose owner meets a filter, at 100,000 hosts.
//!
//! `cargo bench --bench criteria` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name. It prints
//! medians, and of an attribute without an index the ratio to the same filter over users. `PEOPLE` sets another number of users and hosts.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::{sync::Arc, time::Instant};

use anybody::{Anybody, App, call};
use fleet_scim::{
    HostId, ScimModule,
    poem::{EndpointExt, Route, http::Method},
    sea_orm::{ConnectionTrait, DatabaseConnection},
};
use fleet_scim_dev::{anybody, databases, people, timing::median};

const TABLES: [&str; 7] = [
    "scim_users",
    "scim_user_keys",
    "scim_user_search",
    "scim_user_group",
    "scim_groups",
    "scim_host_emails",
    "scim_group_group",
];

/// A filter, how often it is timed, and whether it is compared with the same one over users.
struct Question {
    name: &'static str,
    filter: &'static str,
    times: usize,
    of_users: bool,
}

const fn question(name: &'static str, filter: &'static str, times: usize) -> Question {
    Question { name, filter, times, of_users: false }
}

const QUESTIONS: [Question; 10] = [
    question("a department of 0.1 %", "department eq \"legal\"", 40),
    question("a department of 5 %", "department eq \"sales 3\"", 40),
    question("a group of 100", "groups.display eq \"g1\"", 40),
    question("a group of 100 by externalId", "groups.externalId eq \"e1\"", 40),
    question("a group of 20,000", "groups.display eq \"g2\"", 20),
    question(
        "a department but the managers",
        "department eq \"legal\" and not (urn:ietf:params:scim:schemas:core:2.0:User:title eq \"manager\")",
        40,
    ),
    Question { of_users: true, ..question("a title of 10 people", "title eq \"pilot\"", 6) },
    Question { of_users: true, ..question("a title of 5 %", "title eq \"manager\"", 6) },
    question("all but a department", "department ne \"sales 3\"", 20),
    question("hosts of nobody", "status eq \"unowned\"", 4),
];

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

/// Gives each person a host, and some a department, a title and groups that few have.
async fn fill(database: &DatabaseConnection, count: usize) {
    people::fill(database, count).await;
    let titled = |of: &str, rows: &str| {
        let document = match database.get_database_backend() {
            fleet_scim::sea_orm::DbBackend::Sqlite => format!("jsonb_set(document, '$.title', '{of}')"),
            fleet_scim::sea_orm::DbBackend::Postgres => format!("jsonb_set(document, '{{title}}', '\"{of}\"')"),
            _ => format!("JSON_SET(document, '$.title', '{of}')"),
        };
        format!("UPDATE scim_user_search SET document = {document} WHERE {rows}")
    };
    run(database, "UPDATE scim_users SET department = 'legal', department_prefix = 'legal' WHERE id % 1000 = 7").await;
    run(database, &titled("manager", "user_id % 20 = 9")).await;
    run(database, &titled("pilot", &format!("user_id % {} = 11", (count / 10).max(1)))).await;
    let ids: Vec<usize> = (1..=count).collect();
    for chunk in ids.chunks(1000) {
        let hosts: Vec<String> =
            chunk.iter().map(|id| format!("({id}, 'mdm_idp_accounts', 0, 1, 'u{id}@x.y', 'u{id}@x.y')")).collect();
        let columns = "host_id, source, position, source_rank, email, email_key";
        run(database, &format!("INSERT INTO scim_host_emails ({columns}) VALUES {}", hosts.join(","))).await;
    }
    run(
        database,
        &format!("UPDATE scim_host_emails SET email_key = 'nobody' WHERE host_id % {} = 3", (count / 50).max(1)),
    )
    .await;
    let groups: Vec<String> =
        (1..=1000).map(|id| format!("({id}, 1, 'G{id}', 'g{id}', 'e{id}', '{{}}', 1, 1, 1)")).collect();
    let columns =
        "id, connection_id, display_name, display_name_key, external_id, resource, version, created_at, updated_at";
    run(database, &format!("INSERT INTO scim_groups ({columns}) VALUES {}", groups.join(","))).await;
    for (group, every) in [(1, (count / 100).max(1)), (2, (count / 20_000).max(1))] {
        let members = format!("SELECT 1, {group}, id FROM scim_users WHERE id % {every} = 50 % {every}");
        run(database, &format!("INSERT INTO scim_user_group (connection_id, group_id, user_id) {members}")).await;
    }
    for id in &ids {
        if id % 500 == 0 {
            let members: Vec<String> = (id - 499..=*id)
                .flat_map(|user| (0..5).map(move |turn| format!("(1, {}, {user})", (user * 31 + turn * 197) % 997 + 4)))
                .collect();
            run(
                database,
                &format!("INSERT INTO scim_user_group (connection_id, group_id, user_id) VALUES {}", members.join(",")),
            )
            .await;
        }
    }
}

/// Asks several times, and returns the median in milliseconds.
async fn time(times: usize, ask: impl AsyncFn(usize)) -> f64 {
    let mut took = Vec::new();
    for turn in 0..times + 2 {
        let began = Instant::now();
        ask(turn).await;
        // The first two find nothing in any cache.
        if turn > 1 {
            took.push(began.elapsed());
        }
    }
    median(&mut took)
}

async fn on(backend: databases::Backend, count: usize) {
    let place = backend.place().await.unwrap();
    let database = databases::connect(&place.url, 4).await;
    fill(&database, count).await;
    people::analyze_tables(&database, &TABLES).await;
    let scim =
        ScimModule::builder(database.clone(), Anybody).public_url("https://fleet.example.com").build().await.unwrap();
    let app: App = Arc::new(Route::new().nest("/scim", scim.endpoint()).map_to_response().boxed());
    let after = |turn: usize| HostId(i64::try_from((turn * 7919) % (count / 2)).unwrap());
    for Question { name, filter, times, of_users } in &QUESTIONS {
        let hosts = scim.hosts();
        let page = time(*times, async |turn| drop(hosts.matching(filter, Some(after(turn)), 100).await.unwrap())).await;
        let found = hosts.count_matching(filter).await.unwrap();
        let counted = time(*times, async |_| assert_eq!(hosts.count_matching(filter).await.unwrap(), found)).await;
        print!("{backend:?}\t{name}\t{found} hosts\tpage {page:.2} ms\tcount {counted:.2} ms");
        if *of_users {
            let path = format!("/scim/Users?count=100&filter={}", filter.replace(' ', "%20").replace('"', "%22"));
            let users = time(*times, async |_| assert_eq!(call(&app, Method::GET, &path, None).await.0, 200)).await;
            print!("\tusers {users:.2} ms\tratio {:.2}", page / users);
        }
        println!();
    }
    drop(app);
    drop(scim);
    database.close().await.unwrap();
    place.remove().await;
}

fn main() {
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for backend in databases::Backend::given() {
        runtime.block_on(on(backend, people));
    }
}
