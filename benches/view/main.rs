//! What limits of hosts and domains of connections cost the view `host_scim_user`: each statement on the view as it is, and as
//! it was without them, in turns.
//!
//! `cargo bench --bench view` runs on SQLite, and on the servers that `TEST_POSTGRES_URL` and `TEST_MYSQL_URL` name. `PEOPLE` sets
//! another number of users and hosts.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]

use std::time::{Duration, Instant};

use fleet_scim::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use fleet_scim_dev::{databases, people, timing::median};

/// The view of the baseline, which knows neither limits nor domains.
const BEFORE: &str = "CREATE VIEW host_scim_user_before AS
    SELECT h.host_id, k.scim_user_id, k.connection_id, h.source, h.source_rank, h.email, k.match_rank
    FROM scim_host_emails h JOIN scim_user_keys k ON k.email_key = h.email_key
    WHERE NOT EXISTS (
        SELECT 1 FROM scim_host_emails o JOIN scim_user_keys p ON p.email_key = o.email_key
        WHERE o.host_id = h.host_id
          AND (o.source_rank < h.source_rank
            OR (o.source_rank = h.source_rank AND (p.match_rank < k.match_rank
              OR (p.match_rank = k.match_rank AND p.connection_id < k.connection_id)))
            OR (o.source_rank = h.source_rank AND p.match_rank = k.match_rank AND p.connection_id = k.connection_id
              AND (p.scim_user_id <> k.scim_user_id OR o.email_key < h.email_key
                OR (o.email_key = h.email_key AND o.source < h.source)))))
      AND (h.source_rank = 0 OR NOT EXISTS (SELECT 1 FROM scim_host_emails m WHERE m.host_id = h.host_id AND m.source_rank = 0))";

/// A statement, with `{view}` and `{id}`, and how often it is timed.
struct Question {
    name: &'static str,
    sql: &'static str,
    times: usize,
}

const QUESTIONS: [Question; 6] = [
    Question { name: "one host", sql: "SELECT * FROM {view} v WHERE v.host_id = {id}", times: 300 },
    Question {
        name: "page of 100 with users",
        sql: "SELECT v.host_id, u.user_name FROM {view} v JOIN scim_users u ON u.id = v.scim_user_id
              WHERE v.host_id BETWEEN {id} AND {id} + 99",
        times: 100,
    },
    Question {
        name: "hosts of one user",
        sql: "SELECT v.host_id FROM {view} v WHERE v.scim_user_id = {id}",
        times: 300,
    },
    Question { name: "group of 100", sql: OF_GROUP_1, times: 60 },
    Question { name: "group of 20,000", sql: OF_GROUP_2, times: 8 },
    Question { name: "all owners", sql: "SELECT COUNT(*) AS hosts FROM {view}", times: 8 },
];

const OF_GROUP_1: &str = "SELECT v.host_id FROM scim_user_group x JOIN {view} v ON v.scim_user_id = x.user_id WHERE x.connection_id = 1 AND x.group_id = 1";
const OF_GROUP_2: &str = "SELECT v.host_id FROM scim_user_group x JOIN {view} v ON v.scim_user_id = x.user_id WHERE x.connection_id = 1 AND x.group_id = 2";

const TABLES: [&str; 5] =
    ["scim_users", "scim_user_keys", "scim_user_group", "scim_host_emails", "scim_host_connections"];

async fn run(database: &DatabaseConnection, sql: &str) {
    database.execute_unprepared(sql).await.unwrap();
}

/// Gives each person a host with their address, and every third host another address of somebody else.
async fn hosts(database: &DatabaseConnection, people: usize) {
    let ids: Vec<usize> = (1..=people).collect();
    for chunk in ids.chunks(500) {
        let mut rows = Vec::new();
        for id in chunk {
            rows.push(format!("({id}, 'mdm_idp_accounts', 0, 1, 'u{id}@x.y', 'u{id}@x.y')"));
            if id % 3 == 0 {
                let other = id % people + 1;
                rows.push(format!("({id}, 'custom', 0, 3, 'u{other}@x.y', 'u{other}@x.y')"));
            }
        }
        let columns = "host_id, source, position, source_rank, email, email_key";
        run(database, &format!("INSERT INTO scim_host_emails ({columns}) VALUES {}", rows.join(","))).await;
        let rows: Vec<String> = chunk.iter().map(|id| format!("({id}, 1)")).collect();
        run(database, &format!("INSERT INTO scim_host_connections (host_id, connection_id) VALUES {}", rows.join(",")))
            .await;
    }
    for (group, every) in [(1, (people / 100).max(1)), (2, (people / 20_000).max(1))] {
        run(
            database,
            &format!(
                "INSERT INTO scim_groups (connection_id, display_name, display_name_key, resource, version, created_at, updated_at)
                 VALUES (1, 'g{group}', 'g{group}', '{{}}', 1, 1, 1)"
            ),
        )
        .await;
        let members = format!("SELECT 1, {group}, id FROM scim_users WHERE id % {every} = 50 % {every}");
        run(database, &format!("INSERT INTO scim_user_group (connection_id, group_id, user_id) {members}")).await;
    }
}

/// Asks a view about an id, by a statement that is prepared once.
async fn time(database: &DatabaseConnection, sql: &str, view: &str, id: i64) -> Duration {
    let backend = database.get_database_backend();
    let mut sql = sql.replace("{view}", view);
    let mut values = Vec::new();
    while sql.contains("{id}") {
        values.push(id.into());
        let place = if backend == DbBackend::Postgres { format!("${}", values.len()) } else { "?".to_owned() };
        sql = sql.replacen("{id}", &place, 1);
    }
    let began = Instant::now();
    drop(database.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap());
    began.elapsed()
}

async fn measure(backend: databases::Backend, people: usize) {
    let place = backend.place().await.unwrap();
    let database = databases::connect(&place.url, 1).await;
    people::fill(&database, people).await;
    hosts(&database, people).await;
    run(&database, BEFORE).await;
    for (limited, outside) in [(0, 0), (30, 10), (100, 10)] {
        run(&database, &format!("UPDATE scim_host_emails SET limited = (host_id % 100 < {limited})")).await;
        run(&database, &format!("UPDATE scim_user_keys SET finds_hosts = (scim_user_id % 100 >= {outside})")).await;
        people::analyze_tables(&database, &TABLES).await;
        for Question { name, sql, times } in &QUESTIONS {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for turn in 0..times + 2 {
                let id = i64::try_from((turn * 7919) % (people - 100) + 1).unwrap();
                let pair = (
                    time(&database, sql, "host_scim_user_before", id).await,
                    time(&database, sql, "host_scim_user", id).await,
                );
                // The first two find nothing in any cache.
                if turn > 1 {
                    before.push(pair.0);
                    after.push(pair.1);
                }
            }
            let (before, after) = (median(&mut before), median(&mut after));
            println!(
                "{backend:?}\t{limited} % limited, {outside} % outside\t{name}\t{before:.2} ms\t{after:.2} ms\t{:.2}",
                after / before
            );
        }
    }
    database.close().await.unwrap();
    place.remove().await;
}

fn main() {
    let people = std::env::var("PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for backend in databases::Backend::given() {
        runtime.block_on(measure(backend, people));
    }
}
