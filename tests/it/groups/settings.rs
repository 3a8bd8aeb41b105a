//! Settings of a connection, for clients that replace the members with one at a time (Entra ID jobs, snipe-it#19096),
//! or leave the members out of a PUT (keycloak-scim#134).

use fleet_scim::ConnectionId;
use serde_json::json;

use super::{patched, three_users};
use crate::{
    on_each_database,
    world::{GROUP, World},
};

on_each_database! {
    async fn an_additive_replace_keeps_the_members_it_does_not_name(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        world.scim.set_additive_replace(ConnectionId::DEFAULT, true).await.unwrap();
        for user in [&sam, &mia] {
            let replace = json!([{ "op": "Replace", "path": "members", "value": [{ "value": user }] }]);
            patched(world, &group, replace).await;
        }
        assert_eq!(world.members(&group).await, [ava, sam, mia]);
    }

    async fn an_additive_connection_still_removes_members(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        world.scim.set_additive_replace(ConnectionId::DEFAULT, true).await.unwrap();
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{ava}\"]") }]);
        assert_eq!(patched(world, &group, remove).await.0, [sam.as_str()]);
        assert!(patched(world, &group, json!([{ "op": "remove", "path": "members" }])).await.0.is_empty());
        let put = json!({ "schemas": [GROUP], "displayName": "Engineering", "members": [{ "value": sam }] });
        assert_eq!(world.put(&format!("/Groups/{group}"), put).await.status, 200);
        assert_eq!(world.members(&group).await, [sam]);
    }

    async fn the_setting_belongs_to_one_connection_and_can_be_turned_off(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let other = world.scim.ensure_connection("other").await.unwrap();
        let replace = |id: &str| json!([{ "op": "replace", "path": "members", "value": [{ "value": id }] }]);
        world.scim.set_additive_replace(other, true).await.unwrap();
        assert_eq!(patched(world, &group, replace(&sam)).await.0, [sam.as_str()]);
        world.scim.set_additive_replace(ConnectionId::DEFAULT, true).await.unwrap();
        assert_eq!(patched(world, &group, replace(&ava)).await.0, [ava, sam]);
        world.scim.set_additive_replace(ConnectionId::DEFAULT, false).await.unwrap();
        assert_eq!(patched(world, &group, replace(&mia)).await.0, [mia]);
    }

    async fn a_replace_that_leaves_one_of_several_is_remarked_on(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava]).await;
        let path = format!("/Groups/{group}");
        let replace = |id: &str| json!([{ "op": "replace", "path": "members", "value": [{ "value": id }] }]);
        let remarked = async || world.last_request().await["details"].as_str().unwrap().contains("additive replace");
        world.patch(&path, replace(&ava)).await;
        assert!(!remarked().await, "nobody went");
        world.patch(&path, replace(&sam)).await;
        assert!(remarked().await);
        world.put(&path, json!({ "displayName": "Engineering", "members": [{ "value": ava }] })).await;
        assert!(!remarked().await, "a PUT says who is in it");
    }

    async fn a_put_without_members_removes_or_keeps_them_as_the_connection_is_set_and_details_say_which(world: World) {
        let [ava, sam, _] = three_users(world).await;
        let group = world.group("Engineering", &[&ava, &sam]).await;
        let path = format!("/Groups/{group}");
        let said = async || world.last_request().await["details"].as_str().unwrap().to_owned();
        let other = world.scim.ensure_connection("other").await.unwrap();
        world.scim.set_keeps_members(other, true).await.unwrap();
        world.scim.set_keeps_members(ConnectionId::DEFAULT, true).await.unwrap();
        let renamed = world.put(&path, json!({ "displayName": "Builders" })).await;
        assert_eq!((renamed.status, &renamed.body["displayName"]), (200, &json!("Builders")), "{}", renamed.text);
        assert_eq!(renamed.body["members"].as_array().unwrap().len(), 2);
        assert!(said().await.contains("all members were kept"), "{}", said().await);
        assert_eq!(world.members(&group).await, [ava.as_str(), &sam]);
        // Null and `[]` mean that nobody is in the group, and a list says who is.
        world.put(&path, json!({ "displayName": "Builders", "members": [{ "value": sam }] })).await;
        assert_eq!(said().await, "");
        assert_eq!(world.members(&group).await, [sam.as_str()]);
        for none in [json!(null), json!([]), json!("")] {
            world.put(&path, json!({ "displayName": "Builders", "members": [{ "value": sam }] })).await;
            world.put(&path, json!({ "displayName": "Builders", "members": none })).await;
            assert!(world.members(&group).await.is_empty(), "{none}");
        }
        world.put(&path, json!({ "displayName": "Builders", "members": [{ "value": sam }] })).await;
        world.scim.set_keeps_members(ConnectionId::DEFAULT, false).await.unwrap();
        world.put(&path, json!({ "displayName": "Builders" })).await;
        assert!(said().await.contains("all members were removed"), "{}", said().await);
        assert!(world.members(&group).await.is_empty());
        world.put(&path, json!({ "displayName": "Builders" })).await;
        assert_eq!(said().await, "", "there was nobody to remove");
    }
}
