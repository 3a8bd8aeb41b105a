//! The cost of comparisons over large documents.

use serde_json::{Map, json};

use super::plan::Postgres;
use crate::world::World;

/// Creates ten users of 1 MB that do not compress.
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

/// Returns how many pages a plan read: the sum of the numbers in `Buffers: shared hit=1234 read=56`.
fn pages(plan: &[String]) -> u64 {
    let whole = plan.iter().find(|line| line.contains("Buffers: shared")).unwrap();
    whole.split(['=', ' ']).filter_map(|part| part.parse::<u64>().ok()).sum()
}

fleet_scim_dev::on_postgres! {
    /// Only PostgreSQL reports what it read, and only PostgreSQL unpacks a document each time a statement names it.
    #[tokio::test]
    async fn postgres_unpacks_a_large_document_once_for_all_comparisons() {
        let Some(postgres) = Postgres::start().await else { return };
        large_users(&postgres.world).await;
        let filter = |comparisons: usize| {
            let all: Vec<String> = (0..comparisons).map(|value| format!("title co \"zz{value}\"")).collect();
            all.join(" or ")
        };
        let once = pages(&postgres.plan(&filter(1), 1, 1).await);
        let often = pages(&postgres.plan(&filter(12), 1, 12).await);
        assert!(once > 1000, "the documents are read: {once}");
        assert!(often < once + once / 10, "{often} pages for twelve comparisons, {once} for one");
        postgres.world.close().await;
    }
}
