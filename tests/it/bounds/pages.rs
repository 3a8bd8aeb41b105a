//! The number of resources on a page, and of members in a group that is answered.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::users;
use crate::{
    on_each_database,
    world::{Answer, World},
};

on_each_database! {
    async fn a_page_has_200_resources_at_most(world: World) {
        let ids = users(world, 201).await;
        for path in ["/Users", "/Users?count=201", "/Users?count=9223372036854775807"] {
            let page = world.get(path).await.body;
            assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&201.into(), &200.into()), "{path}");
            assert_eq!(page["Resources"].as_array().unwrap().len(), 200);
        }
        let last = world.get("/Users?startIndex=201&count=200").await.body;
        assert_eq!(last["itemsPerPage"], 1);
        assert_eq!(last["Resources"][0]["id"], ids[200].to_string());
    }

    async fn a_group_is_answered_up_to_1000_members(world: World) {
        let ids = users(world, 1001).await;
        let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id.to_string() })).collect();
        let group = world.created("/Groups", json!({ "displayName": "Engineering", "members": members[..1000] })).await;
        let path = format!("/Groups/{group}");
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "Research" }]);
        let at = world.patch(&path, rename).await;
        assert_eq!((at.status, at.body["members"].as_array().map(Vec::len)), (200, Some(1000)));
        let past = world.patch(&path, json!([{ "op": "add", "path": "members", "value": [members[1000]] }])).await;
        assert_eq!((past.status, past.header("etag")), (204, Some("W/\"3\"")));
        assert_eq!(world.members(&group).await.len(), 1001);
    }

    async fn a_page_of_large_resources_is_cut_and_a_walk_sees_each_once(world: World) {
        let object: Map<String, Value> = (0..250).map(|n| (format!("n{n}"), "x".repeat(4000).into())).collect();
        let mut ids = HashSet::new();
        for number in 0..20 {
            let user = json!({ "userName": format!("u{number}@x.y"), "urn:x:y": object });
            ids.insert(world.created("/Users", user).await);
        }
        let seen = |page: &Answer| -> Vec<String> {
            let resources = page.body["Resources"].as_array().unwrap();
            resources.iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
        };
        let mut walked = Vec::new();
        while walked.len() < 20 {
            let page = world.get(&format!("/Users?startIndex={}&count=100", walked.len() + 1)).await;
            assert_eq!(page.body["totalResults"], 20);
            assert!(page.text.len() < 10 << 20 && !seen(&page).is_empty());
            walked.extend(seen(&page));
        }
        assert_eq!((walked.len(), walked.into_iter().collect::<HashSet<_>>()), (20, ids.clone()));
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        for sort in ["", "&sortBy=userName&sortOrder=descending"] {
            loop {
                let page = world.get(&format!("/Users?cursor={cursor}&count=15{sort}")).await;
                walked.extend(seen(&page));
                match page.body["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            cursor = String::new();
            assert_eq!((walked.len(), walked.drain(..).collect::<HashSet<_>>()), (20, ids.clone()), "{sort}");
        }
        let both = world.post("/.search", json!({ "filter": "meta.created pr", "count": 20 })).await;
        assert!(both.text.len() < 10 << 20 && both.body["totalResults"] == 20);
    }

    async fn a_walk_over_large_and_small_resources_sees_each_once_and_whole(world: World) {
        let object: Map<String, Value> = (0..250).map(|n| (format!("n{n}"), "x".repeat(4000).into())).collect();
        let mut ids = Vec::new();
        for (endpoint, name) in [("/Users", "userName"), ("/Groups", "displayName")] {
            for number in 0..15 {
                let mut resource = Map::from_iter([(name.to_owned(), json!(format!("n{number:02}@x.y")))]);
                if number % 3 > 0 {
                    resource.insert("urn:x:y".to_owned(), object.clone().into());
                }
                ids.push((number % 3 > 0, world.created(endpoint, resource.into()).await));
            }
        }
        let (users, groups) = ids.split_at(15);
        for (path, expected) in
            [("/Users", users), ("/Groups", groups), ("/Users?sortBy=userName", users), ("/Groups?sortBy=displayName", groups), ("", &ids)]
        {
            let (mut walked, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = if path.is_empty() {
                    world.post("/.search", json!({ "filter": "meta.created pr", "count": 50, "cursor": cursor })).await
                } else {
                    let separator = if path.contains('?') { '&' } else { '?' };
                    world.get(&format!("{path}{separator}cursor={cursor}&count=50")).await
                };
                assert!(page.status == 200 && page.text.len() < 20 << 20, "{path}: {}", page.status);
                for resource in page.body["Resources"].as_array().unwrap() {
                    let large = resource["urn:x:y"].as_object().map_or(0, Map::len) == 250;
                    walked.push((large, resource["id"].as_str().unwrap().to_owned()));
                }
                match page.body["nextCursor"].as_str() {
                    Some(next) => next.clone_into(&mut cursor),
                    None => break,
                }
            }
            walked.sort();
            let mut expected = expected.to_vec();
            expected.sort();
            assert_eq!(walked, expected, "{path}");
        }
    }
}
