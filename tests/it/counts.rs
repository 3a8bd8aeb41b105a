//! The number of all users and groups is stored, and equals what counting them would give.

use std::time::Duration;

use fleet_scim::sea_orm::{ConnectionTrait, Statement};
use futures_util::future::join_all;
use serde_json::json;

use crate::{on_each_database, world::World};

/// Checks that the stored numbers equal those of the rows and of the lists.
async fn agree(world: &World) {
    for (table, resource_type, endpoint) in [("scim_users", 0, "/Users"), ("scim_groups", 1, "/Groups")] {
        let number = async |sql: String| {
            let statement = Statement::from_string(world.writer.get_database_backend(), sql);
            world.writer.query_one_raw(statement).await.unwrap().unwrap().try_get::<i64>("", "number").unwrap()
        };
        let integer = if world.backend == crate::databases::Backend::MySql { "SIGNED" } else { "BIGINT" };
        let kept = number(format!(
            "SELECT CAST(COALESCE(SUM(resources), 0) AS {integer}) AS number FROM scim_counts WHERE resource_type = {resource_type}"
        ));
        let there = number(format!("SELECT COUNT(*) AS number FROM {table}")).await;
        assert_eq!(kept.await, there, "{table}");
        let listed = world.get(&format!("{endpoint}?count=1")).await;
        assert_eq!(listed.body["totalResults"], there, "{}", listed.text);
    }
}

on_each_database! {
    async fn the_number_of_all_is_what_counting_them_gives(world: World) {
        agree(world).await;
        let create = |number: usize| world.post("/Users", json!({ "userName": format!("u{}@x.y", number % 40) }));
        join_all((0..60).map(create)).await;
        agree(world).await;
        let groups = join_all((0..8).map(|number| world.post("/Groups", json!({ "displayName": format!("g{}", number % 6) })))).await;
        agree(world).await;
        let ids = world.ids("/Users", "userName sw \"u1\"").await;
        let path = |id: &String| format!("/Users/{id}");
        // Each is deleted twice at the same moment.
        join_all(ids.iter().chain(&ids).map(|id| async move { world.delete(&path(id)).await })).await;
        let group = groups.iter().find(|answer| answer.status == 201).unwrap().body["id"].as_str().unwrap();
        assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        agree(world).await;
        // A former user who comes back is not counted twice.
        let leaver = world.created("/Users", json!({ "userName": "leaver@x.y", "active": false })).await;
        assert_eq!(world.created("/Users", json!({ "userName": "leaver@x.y" })).await, leaver);
        agree(world).await;
        let bulk = json!({ "Operations": [
            { "method": "POST", "path": "/Groups", "bulkId": "a", "data": { "displayName": "A", "members": [{ "value": "bulkId:b" }] } },
            { "method": "POST", "path": "/Groups", "bulkId": "b", "data": { "displayName": "B", "members": [{ "value": "bulkId:a" }] } },
            { "method": "POST", "path": "/Users", "bulkId": "c", "data": { "userName": "bulk@x.y" } },
            { "method": "POST", "path": "/Users", "bulkId": "d", "data": { "userName": "u2@x.y" } },
        ] });
        world.post("/Bulk", bulk).await;
        agree(world).await;
        for microseconds in (0..40).map(|number| number * 200) {
            let create = world.post("/Users", json!({ "userName": format!("given-up-{microseconds}@x.y") }));
            let _ = tokio::time::timeout(Duration::from_micros(microseconds), create).await;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        agree(world).await;
    }

    /// Each page of a walk by index continues from the end of the page before it, and the total is read only once.
    async fn a_walk_by_index_costs_a_statement_a_page(world: World) {
        for number in 0..25 {
            world.user(&format!("u{number:02}@x.y")).await;
        }
        for order in ["", "&sortBy=userName", "&sortBy=userName&sortOrder=descending", "&filter=userName%20sw%20%22u%22"] {
            let mut seen = Vec::new();
            let mut statements = Vec::new();
            for start in [1, 6, 11, 16, 21] {
                let path = format!("/Users?startIndex={start}&count=5{order}");
                let (cost, page) = world.statements_of(world.get(&path)).await;
                assert_eq!((&page.body["totalResults"], &page.body["startIndex"]), (&json!(25), &json!(start)), "{}", page.text);
                let users = page.body["Resources"].as_array().unwrap().iter();
                seen.extend(users.map(|user| user["userName"].as_str().unwrap().to_owned()));
                statements.push(cost);
            }
            assert_eq!(statements, [2, 1, 1, 1, 1], "{order}");
            let mut all = seen.clone();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 25, "{order}: {seen:?}");
            let jump = world.get(&format!("/Users?startIndex=13&count=5{order}")).await;
            assert_eq!(jump.body["Resources"][0]["userName"], seen[12].as_str(), "{order}");
        }
        // If a user is deleted meanwhile, the walk skips nobody.
        world.get("/Users?startIndex=1&count=5").await;
        let first = world.ids("/Users", "userName eq \"u00@x.y\"").await.remove(0);
        world.delete(&format!("/Users/{first}")).await;
        let next = world.get("/Users?startIndex=6&count=5").await;
        assert_eq!(next.body["Resources"][0]["userName"], "u05@x.y");
    }
}
