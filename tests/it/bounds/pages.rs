//! The number of resources on a page, and of members in a group that is answered.

use super::users;
use crate::{on_each_database, world::World};

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
        use serde_json::{Value, json};
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
}
