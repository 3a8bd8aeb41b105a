//! What comparisons cost over large documents.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, Statement, Value as Bound};
use serde_json::{Map, json};

use crate::{databases::Backend, world::World};

/// Ten users of 1 MB that no algorithm makes small.
async fn large_users(world: &World) {
    for user in 0..10_u64 {
        let mut state = user + 1;
        let mut names = Map::new();
        for name in 0..250 {
            let text: String = (0..400).map(|_| format!("{:010x}", next(&mut state) >> 24)).collect();
            names.insert(format!("n{name}"), text.into());
        }
        let body = json!({ "userName": format!("u{user}@x.y"), "title": "engineer", "urn:x:y": names });
        assert_eq!(world.post("/Users?attributes=id", body).await.status, 201);
    }
}

const fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state
}

/// The pages of the database that the count of a filter looks at.
async fn pages(world: &World, texts: &Mutex<Vec<String>>, filter: &str, values: usize) -> u64 {
    let search = world.post("/Users/.search", json!({ "filter": filter, "count": 0 })).await;
    assert_eq!(search.body["totalResults"], 0, "{filter}");
    let counts = texts.lock().unwrap().iter().rev().find(|text| text.starts_with("SELECT COUNT(*)")).unwrap().clone();
    let mut bound: Vec<Bound> = vec![1_i64.into()];
    bound.extend((0..values).map(|value| Bound::from(format!("zz{value}"))));
    let to_scim_error = format!("EXPLAIN (ANALYZE, BUFFERS) {counts}");
    let to_scim_error = Statement::from_sql_and_values(world.writer.get_database_backend(), to_scim_error, bound);
    let rows = world.writer.query_all_raw(to_scim_error).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    // Buffers: shared hit=1234 read=56
    let whole = lines.iter().find(|line| line.contains("Buffers: shared")).unwrap();
    whole.split(['=', ' ']).filter_map(|part| part.parse::<u64>().ok()).sum()
}

/// PostgreSQL alone tells what it looked at, and alone unpacks a document each time that it is named.
#[tokio::test]
async fn postgres_unpacks_a_large_document_once_for_all_comparisons() {
    let texts = Arc::new(Mutex::new(Vec::new()));
    let recorder = texts.clone();
    let record = move |text: &str| recorder.lock().unwrap().push(text.to_owned());
    let Some(world) = World::with(Backend::Postgres, |builder| builder.observe_statements(record)).await else {
        return;
    };
    large_users(&world).await;
    let filter = |comparisons: usize| {
        let all: Vec<String> = (0..comparisons).map(|value| format!("title co \"zz{value}\"")).collect();
        all.join(" or ")
    };
    let once = pages(&world, &texts, &filter(1), 1).await;
    let often = pages(&world, &texts, &filter(12), 12).await;
    assert!(once > 1000, "the documents are read: {once}");
    assert!(often < once + once / 10, "{often} pages for twelve comparisons, {once} for one");
    world.close().await;
}
