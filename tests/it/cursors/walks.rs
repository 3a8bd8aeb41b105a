//! A walk by cursor while others write: users who are there throughout are seen exactly once.

use std::collections::BTreeMap;

use serde_json::json;

use super::{cursor, ids, page, people};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn who_was_there_throughout_is_seen_once(world: World) {
        for order in ["attributes=id", "sortBy=userName", "sortBy=title&sortOrder=descending"] {
            let throughout = people_named(world, order).await;
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            let mut next = Some(String::new());
            let mut round = 0;
            while let Some(at) = next {
                let answer = page(world, &format!("count=4&{order}"), &at).await;
                for id in ids(&answer) {
                    *seen.entry(id).or_default() += 1;
                }
                next = cursor(&answer, "nextCursor").map(str::to_owned);
                // New users come before, after and exactly where the next page begins. Only the first six rounds create
                // them: sorted by id, every new user comes later, and otherwise the walk would never end.
                for name in ["a", "p00", "p01z", "zz"].iter().filter(|_| round < 6) {
                    let title = ["", "A", "b", "zz"][round % 4];
                    let body = json!({ "userName": format!("{name}-{round}-{order}"), "title": title });
                    world.created("/Users", body).await;
                }
                if let Some(last) = ids(&answer).last().filter(|last| !throughout.contains(last)) {
                    assert_eq!(world.delete(&format!("/Users/{last}")).await.status, 204);
                }
                round += 1;
            }
            for id in &throughout {
                assert_eq!(seen.get(id), Some(&1), "{order}: {id}");
            }
            assert!(seen.values().all(|times| *times == 1), "{order}");
        }
    }

    async fn a_page_whose_neighbours_are_gone_leads_back(world: World) {
        let all = people(world, 6).await;
        let first = page(world, "count=3", "").await;
        let next = cursor(&first, "nextCursor").unwrap().to_owned();
        for id in &all[3..] {
            world.delete(&format!("/Users/{id}")).await;
        }
        let empty = page(world, "count=3", &next).await;
        assert_eq!((ids(&empty).len(), cursor(&empty, "nextCursor")), (0, None));
        let back = page(world, "count=3", cursor(&empty, "previousCursor").unwrap()).await;
        assert_eq!(ids(&back), all[..3]);
    }
}

/// Creates people, and returns the ids of those that stay, which is every second one.
async fn people_named(world: &World, order: &str) -> Vec<String> {
    let mut stay = vec![];
    for at in 0..21 {
        let title = ["", "A", "b", "b", "c"][at % 5];
        let body = json!({ "userName": format!("p{:02}-{order}", at * 8 % 21), "title": title });
        let id = world.created("/Users", body).await;
        if at % 2 == 0 {
            stay.push(id);
        }
    }
    stay
}
