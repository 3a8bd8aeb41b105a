//! The operations of one Bulk request share a bound on what they read in order to change it.

use serde_json::{Map, Value, json};

use crate::{bounds::users, on_each_database, world::World};

async fn statuses(world: &World, operation: Value, times: usize) -> Vec<String> {
    let answer = world.post("/Bulk", json!({ "Operations": vec![operation; times] })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let operations = answer.body["Operations"].as_array().unwrap();
    for refused in operations.iter().filter(|operation| operation["status"] == "503") {
        let detail = refused["response"]["detail"].as_str().unwrap();
        assert!(detail.contains("4 MiB") && detail.contains("another request"), "{detail}");
    }
    operations.iter().map(|operation| operation["status"].as_str().unwrap().to_owned()).collect()
}

/// A user of 1 MB.
async fn large_user(world: &World) -> String {
    let names: Map<String, Value> = (0..250).map(|n| (format!("n{n}"), "x".repeat(4000).into())).collect();
    world.created("/Users", json!({ "userName": "ava@x.y", "urn:x:y": names })).await
}

on_each_database! {
    async fn operations_of_a_bulk_request_change_4_mib_of_stored_users(world: World) {
        let user = large_user(world).await;
        let replace = |path: &str, value: Value| {
            json!({ "method": "PATCH", "path": format!("/Users/{user}"),
                "data": { "Operations": [{ "op": "replace", "path": path, "value": value }] } })
        };
        let changed = statuses(world, replace("title", "x".into()), 8).await;
        assert_eq!(changed, ["200", "200", "200", "200", "200", "503", "503", "503"]);
        // A refused operation has cost as much.
        let refused = statuses(world, replace("active", "perhaps".into()), 8).await;
        assert_eq!(refused, ["400", "400", "400", "400", "400", "503", "503", "503"]);
    }

    async fn members_that_a_bulk_request_reads_count_too(world: World) {
        let members: Vec<Value> = users(world, 2500).await.iter().map(|id| json!({ "value": id.to_string() })).collect();
        let group = world.created("/Groups", json!({ "displayName": "g", "members": members })).await;
        let condition = json!({ "method": "PATCH", "path": format!("/Groups/{group}"),
            "data": { "Operations": [{ "op": "remove", "path": "members[value co \"x\"]" }] } });
        let statuses = statuses(world, condition, 12).await;
        let (done, refused) = statuses.split_at(5);
        assert!(done.iter().all(|status| status == "200") && refused.iter().all(|status| status == "503"), "{statuses:?}");
    }
}
