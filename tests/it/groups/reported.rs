//! Groups that lost members, or pushes that were refused.
//! Each number is a public issue about another server.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{GROUP, PATCH_OP, World},
};

fn members(op: &str, ids: &[&str]) -> Value {
    let ids: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    json!([{ "op": op, "path": "members", "value": ids }])
}

on_each_database! {
    // fleet#50724, fleet#51961, fleet#53254
    async fn members_added_at_the_same_time_all_stay(world: World) {
        let mut ids = Vec::new();
        for at in 0..12 {
            ids.push(world.user(&format!("user{at}")).await);
        }
        let path = format!("/Groups/{}", world.group("Everyone", &[]).await);
        let adds = ids.iter().map(|id| world.patch(&path, members("add", &[id])));
        for answer in futures_util::future::join_all(adds).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        let group = path.trim_start_matches("/Groups/");
        assert_eq!(BTreeSet::from_iter(world.members(group).await), BTreeSet::from_iter(ids));
    }

    // fleet#50724
    async fn a_member_added_while_others_leave_stays(world: World) {
        let (ava, sam, mia) = (world.user("ava").await, world.user("sam").await, world.user("mia").await);
        let group = world.group("Crew", &[&ava, &sam]).await;
        let path = format!("/Groups/{group}");
        let (add, remove) =
            tokio::join!(world.patch(&path, members("add", &[&mia])), world.patch(&path, members("remove", &[&ava])));
        assert_eq!((add.status, remove.status), (200, 200));
        assert_eq!(world.members(&group).await, [sam, mia]);
    }

    // langwatch#7131
    async fn a_rename_never_touches_members(world: World) {
        let ava = world.user("ava").await;
        let group = world.group("Crew", &[&ava]).await;
        let path = format!("/Groups/{group}");
        for operation in [
            json!({ "op": "replace", "value": { "id": group, "displayName": "Sailors" } }),
            json!({ "op": "Replace", "path": "displayName", "value": "Crew" }),
            json!({ "op": "add", "value": { "externalId": "x", "displayName": "Sailors" } }),
        ] {
            assert_eq!(world.patch(&path, json!([operation])).await.status, 200);
            assert_eq!(world.members(&group).await, [ava.as_str()], "{operation}");
        }
    }

    // fleet#52600
    async fn one_unknown_member_does_not_refuse_the_push(world: World) {
        let (ava, sam) = (world.user("ava").await, world.user("sam").await);
        let group = world.group("Crew", &[&ava]).await;
        let pushed = world.patch(&format!("/Groups/{group}"), members("add", &["99999", &sam])).await;
        assert_eq!(pushed.status, 200, "{}", pushed.text);
        let last = world.last_request().await;
        assert_eq!(last["status"], "success");
        assert!(last["details"].as_str().unwrap().contains("99999"), "{last}");
        assert_eq!(world.members(&group).await, [ava, sam]);
    }

    // fleet#52600
    async fn a_push_of_unknown_members_alone_changes_nothing_and_says_so(world: World) {
        let ava = world.user("ava").await;
        let group = world.group("Crew", &[&ava]).await;
        let path = format!("/Groups/{group}");
        let pushed = world.patch(&path, members("replace", &["99998", "99999"])).await;
        assert_eq!((pushed.status, &pushed.body["scimType"]), (400, &json!("invalidValue")));
        assert!(pushed.detail().contains("99998") && pushed.detail().contains("99999"), "{}", pushed.detail());
        assert_eq!(world.members(&group).await, [ava]);
    }

    // fleet#52593
    async fn an_unknown_member_in_post_and_put_is_skipped_without_a_word_of_sql(world: World) {
        let ava = world.user("ava").await;
        let body = |members: Value| json!({ "schemas": [GROUP], "displayName": "Crew", "members": members });
        let unknown = world.post("/Groups", body(json!([{ "value": "99999" }]))).await;
        assert_eq!(unknown.status, 201, "{}", unknown.text);
        assert_eq!(unknown.body["members"], json!([]));
        let path = format!("/Groups/{}", unknown.body["id"].as_str().unwrap());
        let partly = world.put(&path, body(json!([{ "value": "99999" }, { "value": ava }]))).await;
        assert_eq!(partly.status, 200, "{}", partly.text);
        assert_eq!(partly.body["members"].as_array().unwrap().len(), 1);
        for strange in ["-1", "0", "99999999999999999999999999", "'; --", "group-99999", "user-1"] {
            let answer = world.put(&path, body(json!([{ "value": strange }, { "value": ava }]))).await;
            assert_eq!(answer.status, 200, "{strange}: {}", answer.text);
            let answer = world.put(&path, body(json!([{ "value": strange }]))).await;
            assert!(answer.status == 200 || answer.status == 400, "{strange}: {}", answer.text);
            for word in ["SQL", "constraint", "scim_", "INSERT", "FOREIGN KEY"] {
                assert!(!answer.text.contains(word), "{}", answer.text);
            }
        }
    }

    // fleet#30086, fleet#31085, wso2#8589
    async fn a_member_named_twice_is_a_member_once(world: World) {
        let ava = world.user("ava").await;
        let group = world.group("Crew", &[&ava, &ava]).await;
        let path = format!("/Groups/{group}");
        for operations in [members("add", &[&ava, &ava]), members("add", &[&ava]), members("replace", &[&ava, &ava])] {
            assert_eq!(world.patch(&path, operations).await.status, 200);
            assert_eq!(world.members(&group).await, [ava.as_str()]);
        }
    }

    // authentik#24173, authentik#25686, keycloak#52752
    async fn removing_a_list_of_members_removes_those_alone(world: World) {
        let (ava, sam, mia) = (world.user("ava").await, world.user("sam").await, world.user("mia").await);
        let group = world.group("Crew", &[&ava, &sam, &mia]).await;
        let path = format!("/Groups/{group}");
        assert_eq!(world.patch(&path, members("Remove", &[&ava])).await.status, 200);
        assert_eq!(world.members(&group).await, [sam.as_str(), mia.as_str()]);
        assert_eq!(world.patch(&path, members("remove", &[])).await.status, 200);
        assert_eq!(world.members(&group).await, [sam.as_str(), mia.as_str()], "an empty list names nobody");
        assert_eq!(world.patch(&path, members("remove", &["99999", &ava])).await.status, 200);
        assert_eq!(world.members(&group).await, [sam, mia], "who is no member is removed already");
    }

    // SCIM-SDK#757
    async fn a_group_can_be_emptied(world: World) {
        let ava = world.user("ava").await;
        for operation in [
            json!({ "op": "replace", "path": "members", "value": [] }),
            json!({ "op": "remove", "path": "members" }),
            json!({ "op": "remove", "path": "members", "value": null }),
        ] {
            let path = format!("/Groups/{}", world.group(&operation.to_string(), &[&ava]).await);
            let answer = world.patch(&path, json!([operation])).await;
            assert_eq!((answer.status, &answer.body["members"]), (200, &json!([])), "{operation}");
        }
    }

    // Seen in Fleet's answers to authentik: without the list, authentik's comparison never adds anybody.
    async fn the_members_of_an_empty_group_are_an_empty_list(world: World) {
        let created = world.post("/Groups", json!({ "schemas": [GROUP], "displayName": "Crew" })).await;
        assert_eq!(created.body["members"], json!([]));
        let path = format!("/Groups/{}", created.body["id"].as_str().unwrap());
        assert_eq!(world.get(&path).await.body["members"], json!([]));
        assert_eq!(world.get("/Groups").await.body["Resources"][0]["members"], json!([]));
        let put = world.put(&path, json!({ "schemas": [GROUP], "displayName": "Crew", "members": null })).await;
        assert_eq!(put.body["members"], json!([]));
    }

    // sentry#88623: the identity provider links the group that a conflict named.
    async fn a_group_that_is_a_conflict_can_be_found_and_linked(world: World) {
        let group = world.group("Crew", &[]).await;
        let again = world.post("/Groups", json!({ "schemas": [GROUP], "displayName": "CREW" })).await;
        assert_eq!((again.status, &again.body["scimType"]), (409, &json!("uniqueness")));
        assert_eq!(world.ids("/Groups", r#"displayName eq "CREW""#).await, [group]);
    }

    // fusionauth#2784, fusionauth#3307
    async fn a_hundred_and_fifty_members_in_one_request_all_come(world: World) {
        let mut ids = Vec::new();
        for at in 0..150 {
            ids.push(world.user(&format!("user{at}")).await);
        }
        let group = world.group("Everyone", &[]).await;
        let one_each: Vec<Value> =
            ids.iter().map(|id| json!({ "op": "add", "path": "members", "value": [{ "value": id }] })).collect();
        assert_eq!(world.patch(&format!("/Groups/{group}"), json!(one_each)).await.status, 200);
        assert_eq!(world.members(&group).await, ids);
    }

    // scimmy#59
    async fn a_patch_that_names_nothing_changes_nothing(world: World) {
        let ava = world.user("ava").await;
        let group = world.group("Crew", &[&ava]).await;
        let path = format!("/Groups/{group}");
        let before = world.get(&path).await.body;
        let body = json!({ "schemas": [PATCH_OP], "Operations": [] });
        let answer = world.call(fleet_scim::poem::http::Method::PATCH, &path, Some(body)).await;
        assert_eq!((answer.status, answer.body), (200, before));
    }
}
