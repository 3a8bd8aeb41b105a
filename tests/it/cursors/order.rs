//! Paging by cursor gives what paging by index gives, in any order, forward and backward.

use serde_json::json;

use super::{cursor, ids, page, people, walk, walk_back};
use crate::{on_each_database, world::World};

async fn by_index(world: &World, parameters: &str) -> Vec<String> {
    ids(&world.get(&format!("/Users?{parameters}&count=200")).await)
}

on_each_database! {
    async fn every_resource_is_on_one_page_in_any_order(world: World) {
        people(world, 23).await;
        for order in [
            "attributes=id", "sortBy=userName", "sortBy=title", "sortBy=externalId", "sortBy=meta.location", "sortBy=active", "sortBy=id",
            "sortBy=meta.created", "sortBy=meta.lastModified", "sortBy=name.familyName", "sortBy=emails",
            "filter=title%20pr&sortBy=title", "filter=active%20eq%20true",
        ] {
            for way in ["", "&sortOrder=descending"] {
                let asked = format!("{order}{way}");
                let expected = by_index(world, &asked).await;
                for count in [1, 4, 5, 200] {
                    let asked = format!("{asked}&count={count}");
                    let (found, last) = walk(world, &asked).await;
                    assert_eq!(found, expected, "{asked}");
                    assert_eq!(walk_back(world, &asked, last).await, expected, "{asked} backward");
                }
            }
        }
    }

    async fn the_first_page_has_no_previous_and_the_last_no_next(world: World) {
        people(world, 6).await;
        let first = page(world, "count=3", "").await;
        assert_eq!((cursor(&first, "previousCursor"), first.body["totalResults"].as_u64()), (None, Some(6)));
        let next = cursor(&first, "nextCursor").unwrap();
        let last = page(world, "count=3", next).await;
        assert_eq!((cursor(&last, "nextCursor"), last.body["totalResults"].as_u64()), (None, Some(6)));
        let back = page(world, "count=3", cursor(&last, "previousCursor").unwrap()).await;
        assert_eq!(ids(&back), ids(&first));
        assert_eq!(cursor(&back, "previousCursor"), None, "the first page again");
        assert_eq!(ids(&page(world, "count=3", cursor(&back, "nextCursor").unwrap()).await), ids(&last));
        let all = page(world, "count=6", "").await;
        assert_eq!((cursor(&all, "nextCursor"), cursor(&all, "previousCursor")), (None, None));
    }

    async fn a_cursor_without_a_value_asks_for_the_first_page(world: World) {
        people(world, 3).await;
        for path in ["/Users?cursor&count=2", "/Users?cursor=&count=2", "/Users?count=2&CURSOR="] {
            let answer = world.get(path).await;
            assert!(cursor(&answer, "nextCursor").is_some(), "{path}: {}", answer.text);
        }
        let searched = world.post("/Users/.search", json!({ "cursor": "", "count": 2 })).await;
        let next = cursor(&searched, "nextCursor").unwrap();
        let rest = world.post("/Users/.search", json!({ "cursor": next, "count": 2 })).await;
        assert_eq!(rest.body["Resources"].as_array().unwrap().len(), 1);
        assert!(world.get("/Users?count=2").await.body.get("nextCursor").is_none(), "index is the default");
    }

    async fn a_count_of_nothing_tells_the_total_alone(world: World) {
        people(world, 3).await;
        for count in ["0", "-1"] {
            let answer = page(world, &format!("count={count}"), "").await;
            assert_eq!((ids(&answer).len(), answer.body["totalResults"].as_u64()), (0, Some(3)));
            assert_eq!((cursor(&answer, "nextCursor"), cursor(&answer, "previousCursor")), (None, None));
        }
        let none = page(world, "filter=userName%20eq%20%22nobody%22", "").await;
        assert_eq!((ids(&none).len(), none.body["totalResults"].as_u64()), (0, Some(0)));
    }

    async fn groups_are_paged_with_their_members(world: World) {
        let ava = world.user("ava@x.y").await;
        for name in ["C", "a", "B"] {
            world.group(name, &[&ava]).await;
        }
        let mut answer = world.get("/Groups?sortBy=displayName&count=2&cursor=").await;
        let mut found = vec![];
        loop {
            for group in answer.body["Resources"].as_array().unwrap() {
                assert_eq!(group["members"][0]["value"], ava);
                found.push(group["displayName"].as_str().unwrap().to_owned());
            }
            let Some(next) = cursor(&answer, "nextCursor") else { break };
            answer = world.get(&format!("/Groups?sortBy=displayName&count=2&cursor={next}")).await;
        }
        assert_eq!(found, ["a", "B", "C"]);
    }

    async fn a_search_at_the_root_is_in_one_order_by_index_and_by_cursor(world: World) {
        for (name, display) in [("u1", "Cobra"), ("u2", "ant"), ("u3", "Emu")] {
            world.created("/Users", json!({ "userName": name, "displayName": display })).await;
        }
        world.user("u4").await;
        for name in ["Bee", "dog", "fox"] {
            world.group(name, &[]).await;
        }
        let ascending = vec!["ant", "Bee", "Cobra", "dog", "Emu", "fox", "u4"];
        let descending: Vec<&str> = ascending.iter().rev().copied().collect();
        for (order, expected) in [("ascending", &ascending), ("descending", &descending)] {
            let search = |more: serde_json::Value| {
                let mut body = json!({ "sortBy": "displayName", "sortOrder": order, "count": 2 });
                body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                world.post("/.search", body)
            };
            let names = |answer: &crate::world::Answer| -> Vec<String> {
                let resources = answer.body["Resources"].as_array().unwrap();
                let name = |one: &serde_json::Value| {
                    one.get("displayName").or(one.get("userName")).unwrap().as_str().unwrap().to_owned()
                };
                resources.iter().map(name).collect()
            };
            let mut by_index = vec![];
            for start in [1, 3, 5, 7] {
                let answer = search(json!({ "startIndex": start })).await;
                assert_eq!(answer.body["totalResults"], 7, "{}", answer.text);
                by_index.extend(names(&answer));
            }
            assert_eq!(by_index, **expected);
            let mut answer = search(json!({ "cursor": "" })).await;
            let mut by_cursor = names(&answer);
            while let Some(next) = cursor(&answer, "nextCursor") {
                answer = search(json!({ "cursor": next })).await;
                by_cursor.extend(names(&answer));
            }
            assert_eq!(by_cursor, **expected);
            let mut back = names(&answer);
            while let Some(previous) = cursor(&answer, "previousCursor") {
                answer = search(json!({ "cursor": previous })).await;
                back.splice(0..0, names(&answer));
            }
            assert_eq!(back, **expected);
        }
        let by_type = world.post("/.search", json!({ "sortBy": "meta.resourceType" })).await;
        let types = by_type.body["Resources"].as_array().unwrap().iter().map(|one| one["meta"]["resourceType"].as_str());
        assert!(types.map(Option::unwrap).is_sorted(), "{}", by_type.text);
        for sort in ["userName", "active", "meta.resourceType", "meta.location", "meta.created", "members.value", "id", "externalId"] {
            let mut answer = world.post("/.search", json!({ "sortBy": sort, "cursor": "", "count": 3 })).await;
            if sort == "members.value" {
                assert_eq!(answer.body["scimType"], "invalidValue");
                continue;
            }
            let mut found = ids(&answer);
            while let Some(next) = cursor(&answer, "nextCursor") {
                answer = world.post("/.search", json!({ "sortBy": sort, "cursor": next, "count": 3 })).await;
                found.extend(ids(&answer));
            }
            let by_index = world.post("/.search", json!({ "sortBy": sort })).await;
            assert_eq!(found, ids(&by_index), "{sort}");
            found.sort();
            found.dedup();
            assert_eq!(found.len(), 7, "{sort}");
        }
    }
}
