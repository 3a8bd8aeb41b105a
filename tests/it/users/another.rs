//! Another person under the name of one who left, and the same person under another name.

use fleet_scim::hosts::Source;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

const BADGE: &str = "urn:acme:badge";

/// Creates a leaver with an `externalId`, a group, a department, a badge and a host.
async fn leaver(world: &World) -> String {
    let body = json!({
        "userName": "sam@x.y", "active": true, "externalId": "00uOLD", "title": "Clerk",
        ENTERPRISE: { "department": "Finance" }, BADGE: { "number": "7" },
    });
    let sam = world.created("/Users", body).await;
    world.group("Finance", &[&sam]).await;
    world.host(1, &Source::MdmIdpAccounts, "sam@x.y").await;
    let left = world.patch(&format!("/Users/{sam}"), json!([{ "op": "replace", "value": { "active": false } }])).await;
    assert_eq!(left.status, 200);
    sam
}

async fn is_another(world: &World, sam: &str) {
    let user = world.get(&format!("/Users/{sam}")).await.body;
    assert_eq!(
        (&user["externalId"], &user["active"], &user["groups"]),
        (&json!("00uNEW"), &json!(true), &json!([])),
        "{user}"
    );
    assert_eq!((user.get(ENTERPRISE), user.get(BADGE)), (None, None), "{user}");
    let shown = world.end_users(1).await;
    assert_eq!((shown.end_users[0].idp_groups.len(), &shown.end_users[0].idp_department), (0, &None));
    let group = world.find("/Groups", "displayName eq \"Finance\"").await;
    assert_eq!(group.body["Resources"][0]["members"], json!([]));
}

on_each_database! {
    async fn another_person_by_put_keeps_nothing_of_the_first(world: World) {
        let sam = leaver(world).await;
        let put = world.put(&format!("/Users/{sam}"), json!({ "userName": "sam@x.y", "active": true, "externalId": "00uNEW" })).await;
        assert_eq!(put.status, 200, "{}", put.text);
        is_another(world, &sam).await;
    }

    async fn another_person_by_patch_keeps_nothing_of_the_first(world: World) {
        let sam = leaver(world).await;
        let patch = json!([{ "op": "replace", "value": { "active": true, "externalId": "00uNEW" } }]);
        assert_eq!(world.patch(&format!("/Users/{sam}"), patch).await.status, 200);
        is_another(world, &sam).await;
    }

    async fn another_person_by_two_operations_has_what_they_say(world: World) {
        let sam = leaver(world).await;
        let patch = json!([
            { "op": "replace", "path": "externalId", "value": "00uNEW" },
            { "op": "add", "path": format!("{ENTERPRISE}:costCenter"), "value": "9" },
            { "op": "replace", "path": "active", "value": "True" },
        ]);
        let user = world.patch(&format!("/Users/{sam}"), patch).await;
        assert_eq!((user.status, &user.body[ENTERPRISE]), (200, &json!({ "costCenter": "9" })), "{}", user.text);
        assert_eq!((&user.body["groups"], user.body.get(BADGE)), (&json!([]), None));
    }

    async fn another_person_by_post_keeps_nothing_of_the_first(world: World) {
        let sam = leaver(world).await;
        let post = world.post("/Users", json!({ "userName": "sam@x.y", "active": true, "externalId": "00uNEW" })).await;
        assert_eq!((post.status, post.body["id"].as_str()), (201, Some(sam.as_str())), "{}", post.text);
        is_another(world, &sam).await;
    }

    async fn the_same_person_comes_back_with_everything(world: World) {
        let sam = leaver(world).await;
        let path = format!("/Users/{sam}");
        // A user who only gets a new `externalId`, or only returns, is the same person. So is an active user who gets a
        // new `externalId`.
        for value in [json!({ "externalId": "00uNEW" }), json!({ "active": true }), json!({ "active": true, "externalId": "00uNEWER" })] {
            assert_eq!(world.patch(&path, json!([{ "op": "replace", "value": value }])).await.status, 200);
            let user = world.get(&path).await.body;
            assert_eq!((&user[ENTERPRISE]["department"], user["groups"].as_array().unwrap().len()), (&json!("Finance"), 1), "{value}");
        }
        let put = json!({ "userName": "sam@x.y", "active": true, "externalId": "00uOLD" });
        let user = world.put(&path, put).await.body;
        assert_eq!((&user[ENTERPRISE]["department"], user["groups"].as_array().unwrap().len()), (&json!("Finance"), 1));
    }

    async fn a_leaver_returns_under_another_name_by_an_id_that_lasts(world: World) {
        for (old, new, external_id, is_same) in [
            ("a1@x.y", "a2@x.y", "00u1a2b3c4D5e6f7g8h9", true),
            ("b1@x.y", "b2@x.y", "2a69c9a6-1708-45b7-acbe-a7b4c8fb102a", true),
            ("c1@x.y", "c2@x.y", "cmiller", false),
        ] {
            let user = world.created("/Users", json!({ "userName": old, "externalId": external_id, "active": false })).await;
            let group = world.group(old, &[&user]).await;
            let back = world.post("/Users", json!({ "userName": new, "externalId": external_id, "active": true })).await;
            assert_eq!((back.status, back.body["id"] == json!(user)), (201, is_same), "{external_id}: {}", back.text);
            assert_eq!(back.body["userName"], new);
            assert_eq!(world.members(&group).await, [user.as_str()]);
        }
    }

    async fn an_id_of_several_or_of_an_active_user_restores_nobody(world: World) {
        let id = "2a69c9a6-1708-45b7-acbe-a7b4c8fb102a";
        let user = async |name: &str, active: bool| world.created("/Users", json!({ "userName": name, "externalId": id, "active": active })).await;
        let first = user("a@x.y", true).await;
        let second = user("b@x.y", true).await;
        assert_ne!(first, second, "an active one is somebody");
        world.patch(&format!("/Users/{first}"), json!([{ "op": "replace", "value": { "active": false } }])).await;
        let third = user("c@x.y", true).await;
        assert!(third != first && third != second, "which of the two is not known");
        world.patch(&format!("/Users/{second}"), json!([{ "op": "replace", "value": { "active": false } }])).await;
        assert_ne!(user("d@x.y", false).await, second, "who comes inactive comes back as nobody");
    }

    async fn a_conflict_says_whose_the_name_is(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.created("/Users", json!({ "userName": "sam@x.y", "active": false })).await);
        let (group, other) = (world.group("g", &[]).await, world.group("h", &[]).await);
        let rename = |name: &str, to: &str| json!([{ "op": "replace", "path": name, "value": to }]);
        let path = format!("/Users/{ava}");
        let said = |answer: &crate::world::Answer, parts: &[&str]| {
            assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")), "{}", answer.text);
            parts.iter().for_each(|part| assert!(answer.detail().contains(part), "{part}: {}", answer.detail()));
        };
        let id = format!("the id {sam}");
        said(&world.patch(&path, rename("userName", "SAM@x.y")).await, &[&id, "inactive"]);
        said(&world.put(&path, json!({ "userName": "SAM@x.y" })).await, &[&id, "inactive"]);
        said(&world.post("/Users", json!({ "userName": "SAM@x.y", "active": false })).await, &[&id, "inactive"]);
        let taken = world.post("/Users", json!({ "userName": "AVA@x.y" })).await;
        said(&taken, &[&format!("the id {ava}")]);
        assert!(!taken.detail().contains("inactive"));
        let id = format!("the id {other}");
        said(&world.patch(&format!("/Groups/{group}"), rename("displayName", "H")).await, &[&id]);
        said(&world.put(&format!("/Groups/{group}"), json!({ "displayName": "H" })).await, &[&id]);
        said(&world.post("/Groups", json!({ "displayName": "H" })).await, &[&id]);
        let bulk = json!({ "Operations": [{ "method": "PATCH", "path": path, "data": { "Operations": rename("userName", "SAM@x.y") } }] });
        let bulk: Value = world.post("/Bulk", bulk).await.body["Operations"][0]["response"].clone();
        assert!(bulk["detail"].as_str().unwrap().contains(&format!("the id {sam}")), "{bulk}");
    }
}
