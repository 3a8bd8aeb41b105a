//! The required tests of groups.

use serde_json::json;

use super::sample::{group, patch};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_created_group_reads_back(world: World) {
        let created = world.post("/Groups", group("MWBYCHCUXKDE")).await;
        assert_eq!(created.status, 201, "{}", created.text);
        let read = world.get(&format!("/Groups/{}", created.body["id"].as_str().unwrap())).await;
        assert_eq!(read.body, created.body);
        assert_eq!(read.body["displayName"], "MWBYCHCUXKDE");
        assert_eq!(read.body["externalId"], "f0c1d6d8-6e27-4b3a-9c55-9b6a4b8f5a10");
    }

    async fn a_group_is_read_without_its_members(world: World) {
        let ava = world.user("ava@b.example").await;
        let id = world.group("MWBYCHCUXKDE", &[&ava]).await;
        let by_id = world.get(&format!("/Groups/{id}?excludedAttributes=members")).await;
        assert_eq!(by_id.status, 200);
        let by_filter =
            world.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22MWBYCHCUXKDE%22").await;
        assert_eq!(by_filter.body["totalResults"], 1);
        assert_eq!(by_filter.body["Resources"][0], by_id.body);
        assert_eq!(by_id.body["displayName"], "MWBYCHCUXKDE");
        assert!(by_id.body.get("members").is_none());
    }

    async fn a_group_nobody_made_is_an_empty_list(world: World) {
        world.created("/Groups", group("MWBYCHCUXKDE")).await;
        let found = world.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22nobody%22").await;
        assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(0)));
        assert_eq!(found.body["Resources"], json!([]));
    }

    async fn a_group_is_found_by_its_name_in_other_case(world: World) {
        let id = world.created("/Groups", group("MwbyChcuXkde")).await;
        let found = world.get("/Groups?excludedAttributes=members&filter=DISPLAYNAME+EQ+%22mWBYcHCUxKDE%22").await;
        assert_eq!(found.body["totalResults"], 1);
        assert_eq!(found.body["Resources"][0]["id"], id);
        assert_eq!(found.body["Resources"][0]["displayName"], "MwbyChcuXkde");
    }

    async fn a_duplicate_group_is_a_conflict(world: World) {
        world.created("/Groups", group("MWBYCHCUXKDE")).await;
        let again = world.post("/Groups", group("mwbychcuxkde")).await;
        assert_eq!(again.status, 409);
        assert_eq!(again.body["scimType"], "uniqueness");
    }

    async fn external_id_and_name_are_replaced_without_a_path(world: World) {
        let ava = world.user("ava@b.example").await;
        let id = world.group("MWBYCHCUXKDE", &[&ava]).await;
        let path = format!("/Groups/{id}");
        patch(world, &path, json!([{ "op": "replace", "value": { "externalId": "f9b1c3aa" } }])).await;
        patch(world, &path, json!([{ "op": "replace", "value": { "displayName": "XKDEMWBYCHCU" } }])).await;
        let read = world.get(&path).await;
        assert_eq!(read.body["externalId"], "f9b1c3aa");
        assert_eq!(read.body["displayName"], "XKDEMWBYCHCU");
        assert_eq!(world.members(&id).await, [ava]);
    }

    async fn a_member_comes_by_replace_and_goes_by_a_filtered_remove(world: World) {
        let ava = world.user("ava@b.example").await;
        let id = world.created("/Groups", group("MWBYCHCUXKDE")).await;
        let path = format!("/Groups/{id}");
        let come = json!([{ "op": "replace", "path": "members", "value": [{ "value": ava }] }]);
        patch(world, &path, come).await;
        assert_eq!(world.members(&id).await, [ava.as_str()]);
        let go = json!([{ "op": "remove", "path": format!("members[value eq \"{ava}\"]") }]);
        patch(world, &path, go).await;
        assert_eq!(world.get(&path).await.body["members"], json!([]));
    }

    async fn a_deleted_group_is_gone(world: World) {
        let id = world.created("/Groups", group("MWBYCHCUXKDE")).await;
        assert_eq!(world.delete(&format!("/Groups/{id}")).await.status, 204);
        assert_eq!(world.get(&format!("/Groups/{id}")).await.status, 404);
        assert_eq!(world.ids("/Groups", r#"displayName eq "MWBYCHCUXKDE""#).await, [""; 0]);
    }
}
