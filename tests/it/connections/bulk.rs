//! The settings of a connection hold in a Bulk request too, where POSTs that refer to each other are completed later.

use serde_json::{Value, json};

use super::change;
use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

async fn set(world: &World, settings: Value) {
    assert_eq!(change(world, "default", json!({ "settings": settings })).await.status, 200);
}

/// Posts a user and a group that refer to each other; returns the status of each, and the user.
async fn cycle(world: &World, user: Value, more: &[&str]) -> (Vec<String>, Value) {
    let mut data = user;
    data["manager"] = json!({ "value": "bulkId:team" });
    let mut members = vec![json!({ "value": "bulkId:ava" })];
    members.extend(more.iter().map(|id| json!({ "value": id })));
    let answer = world
        .post(
            "/Bulk",
            json!({ "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "ava", "data": data },
                { "method": "POST", "path": "/Groups", "bulkId": "team", "data": { "displayName": "Team", "members": members } },
            ] }),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let operations = answer.body["Operations"].as_array().unwrap();
    let statuses = operations.iter().map(|operation| operation["status"].as_str().unwrap().to_owned()).collect();
    (statuses, world.find("/Users", "userName eq \"ava@x.y\"").await.body["Resources"][0].clone())
}

on_each_database! {
    async fn attributes_that_are_not_kept_are_not_stored_in_a_cycle(world: World) {
        set(world, json!({ "attributes": [format!("{ENTERPRISE}:manager")] })).await;
        let ava = json!({ "userName": "ava@x.y", "title": "Engineer", "emails": [{ "value": "ava@x.y" }], "department": "Sales" });
        let (statuses, stored) = cycle(world, ava, &[]).await;
        assert_eq!(statuses, ["201", "201"]);
        assert!(stored["title"].is_null() && stored["emails"].is_null() && stored[ENTERPRISE]["department"].is_null(), "{stored}");
        assert!(stored[ENTERPRISE]["manager"]["value"].as_str().unwrap().starts_with("group-"), "{stored}");
    }

    async fn an_unknown_member_refuses_a_whole_cycle_where_a_connection_is_set_so(world: World) {
        let ava = json!({ "userName": "ava@x.y" });
        set(world, json!({ "refusesUnknownMembers": true })).await;
        let (statuses, stored) = cycle(world, ava.clone(), &["4711"]).await;
        assert!(statuses.iter().all(|status| status.starts_with('4')) && stored.is_null(), "{statuses:?} {stored}");
        assert_eq!(world.get("/Groups").await.body["totalResults"], 0);
        assert_eq!(cycle(world, ava, &[]).await.0, ["201", "201"]);
    }

    async fn emails_that_are_kept_stay_when_a_leaver_comes_back_in_a_cycle(world: World) {
        let first = json!([{ "value": "ava@x.y", "type": "work" }]);
        world.created("/Users", json!({ "userName": "ava@x.y", "active": false, "emails": first })).await;
        set(world, json!({ "keepsEmails": true })).await;
        let back = json!({ "userName": "ava@x.y", "emails": [{ "value": "ava@home.y", "type": "home" }] });
        let (statuses, stored) = cycle(world, back, &[]).await;
        assert_eq!((statuses, &stored["emails"]), (vec!["201".to_owned(), "201".to_owned()], &first));
        assert_eq!(stored["active"], true);
    }

    async fn a_user_who_comes_inactive_in_a_cycle_is_not_deleted(world: World) {
        set(world, json!({ "deletesDeactivated": true })).await;
        let (statuses, stored) = cycle(world, json!({ "userName": "ava@x.y", "active": false }), &[]).await;
        assert_eq!((statuses, &stored["active"]), (vec!["201".to_owned(), "201".to_owned()], &json!(false)));
    }
}
