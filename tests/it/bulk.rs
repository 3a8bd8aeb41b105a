//! Bulk: operations may refer to each other, and one that fails harms no other.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, ENTERPRISE, World},
};

async fn bulk(world: &World, operations: Value) -> Answer {
    world
        .post(
            "/Bulk",
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations }),
        )
        .await
}

fn statuses(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["status"].as_str().unwrap())
        .collect()
}

fn user(bulk_id: &str) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": { "userName": format!("{bulk_id}@x.y") } })
}

fn group(bulk_id: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|bulk_id| json!({ "value": format!("bulkId:{bulk_id}") })).collect();
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": { "displayName": bulk_id, "members": members } })
}

/// Returns the id of the resource in an operation's response, and compares the version with that of a GET. The part of
/// a user's version after the `-` is left out: it changes when the user joins a group.
async fn id(world: &World, operation: &Value) -> String {
    let location = operation["location"].as_str().unwrap();
    let path = location.split("/scim").nth(1).unwrap();
    let found = world.get(path).await;
    let of_row =
        |version: &Value| version.as_str().unwrap().split('-').next().unwrap().trim_end_matches('"').to_owned();
    assert_eq!(found.status, 200);
    assert_eq!(of_row(&found.body["meta"]["version"]), of_row(&operation["version"]), "{operation}");
    found.body["id"].as_str().unwrap().to_owned()
}

on_each_database! {
    async fn a_reference_may_stand_before_what_it_refers_to(world: World) {
        let answer = bulk(world, json!([group("team", &["ava", "sam"]), user("ava"), user("sam")])).await;
        assert_eq!(statuses(&answer), ["201", "201", "201"]);
        let operations = &answer.body["Operations"];
        let (team, ava, sam) = (id(world, &operations[0]).await, id(world, &operations[1]).await, id(world, &operations[2]).await);
        assert_eq!(world.members(&team).await, [ava, sam]);
        assert_eq!(operations[1]["bulkId"], "ava");
    }

    async fn groups_that_are_members_of_each_other_are_created(world: World) {
        let answer = bulk(world, json!([group("A", &["B"]), group("B", &["A", "C"]), group("C", &["A"])])).await;
        assert_eq!(statuses(&answer), ["201", "201", "201"]);
        let operations = &answer.body["Operations"];
        let (a, b, c) = (id(world, &operations[0]).await, id(world, &operations[1]).await, id(world, &operations[2]).await);
        assert_eq!(world.members(&a).await, [b.as_str()]);
        assert_eq!(world.members(&b).await, [a.as_str(), c.as_str()]);
        assert_eq!(world.members(&c).await, [a.as_str()]);
    }

    async fn a_broken_operation_harms_no_other(world: World) {
        let ava = world.user("ava@x.y").await;
        let answer = bulk(world, json!([
            { "method": "PATCH", "path": format!("/Users/{ava}"), "data": { "Operations": [{ "op": "replace", "path": "active", "value": false }] } },
            { "method": "PATCH", "path": format!("/Users/{ava}"), "data": { "Operations": [{ "op": "move" }] } },
            { "method": "PUT", "path": "/Users/999999", "data": { "userName": "x" } },
            user("ava2"),
            { "method": "POST", "path": "/Users", "bulkId": "twice", "data": { "userName": "AVA2@x.y" } },
            { "method": "POST", "path": "/Users", "data": { "userName": "nameless@x.y" } },
            { "method": "GET", "path": format!("/Users/{ava}") },
            { "method": "DELETE", "path": format!("/Users/{ava}") },
        ])).await;
        assert_eq!(statuses(&answer), ["200", "400", "404", "201", "409", "400", "400", "204"]);
        let refused = &answer.body["Operations"][4]["response"];
        assert_eq!((&refused["scimType"], &refused["status"]), (&json!("uniqueness"), &json!("409")));
        assert_eq!(world.get(&format!("/Users/{ava}")).await.status, 404);
    }

    async fn what_refers_to_a_failure_fails_and_leaves_nothing(world: World) {
        world.group("B", &[]).await;
        // The name of B is taken. A and B refer to each other, so A must not stay without B.
        let answer = bulk(world, json!([group("A", &["B"]), group("B", &["A"]), user("ava"), group("D", &["nobody"])])).await;
        assert_eq!(statuses(&answer), ["409", "409", "201", "409"]);
        assert_eq!(world.ids("/Groups", "displayName eq \"A\" or displayName eq \"D\"").await, Vec::<String>::new());
        assert!(answer.body["Operations"][3]["response"]["detail"].as_str().unwrap().contains("bulkId:nobody"));
    }

    async fn a_leaver_who_was_there_before_is_never_deleted_by_a_failure(world: World) {
        let ava = world.created("/Users", json!({ "userName": "ava@x.y", "active": false, "title": "old" })).await;
        world.group("B", &[]).await;
        let before = world.get(&format!("/Users/{ava}")).await.body;
        let back = json!({ "userName": "ava@x.y", "manager": { "value": "bulkId:B" } });
        let answer = bulk(world, json!([
            { "method": "POST", "path": "/Users", "bulkId": "ava", "data": back }, group("B", &["ava"]),
        ])).await;
        assert_eq!(statuses(&answer), ["409", "409"]);
        assert_eq!(world.get(&format!("/Users/{ava}")).await.body, before, "nor does a leaver come back by it");
    }

    async fn a_leaver_comes_back_in_a_circle_that_holds(world: World) {
        let ava = world.created("/Users", json!({ "userName": "ava@x.y", "active": false })).await;
        let back = json!({ "userName": "ava@x.y", "manager": { "value": "bulkId:B" } });
        let answer = bulk(world, json!([
            { "method": "POST", "path": "/Users", "bulkId": "ava", "data": back }, group("B", &["ava"]),
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201"]);
        let group = id(world, &answer.body["Operations"][1]).await;
        assert_eq!(world.members(&group).await, [ava.as_str()]);
        let user = world.get(&format!("/Users/{ava}")).await.body;
        assert_eq!((&user["active"], &user[ENTERPRISE]["manager"]["value"]), (&json!(true), &json!(group)));
    }

    async fn references_stand_in_paths_filters_and_extensions_too(world: World) {
        let answer = bulk(world, json!([
            user("ava"),
            { "method": "POST", "path": "/Users", "bulkId": "sam", "data": { "userName": "sam@x.y", "manager": { "value": "bulkId:ava" } } },
            group("team", &["ava", "sam"]),
            { "method": "PATCH", "path": "/Groups/bulkId:team", "data": { "Operations": [{ "op": "remove", "path": "members[value eq \"bulkId:ava\"]" }] } },
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201", "201", "200"]);
        let operations = &answer.body["Operations"];
        let (ava, sam) = (id(world, &operations[0]).await, id(world, &operations[1]).await);
        assert_eq!(world.ids("/Users", &format!("manager eq \"{ava}\"")).await, [sam.as_str()]);
        assert_eq!(world.members(&id(world, &operations[3]).await).await, [sam]);
    }

    async fn it_stops_after_as_many_errors_as_asked(world: World) {
        let taken = |number: u8| json!({ "method": "PUT", "path": format!("/Users/99999{number}"), "data": { "userName": "x" } });
        let operations = json!([user("ava"), taken(1), taken(2), user("sam")]);
        let answer = world.post("/Bulk", json!({ "failOnErrors": 1, "Operations": operations })).await;
        assert_eq!(statuses(&answer), ["201", "404"]);
        assert_eq!(world.ids("/Users", "userName eq \"sam@x.y\"").await.len(), 0);
    }

    async fn a_version_is_held_to(world: World) {
        let ava = world.user("ava@x.y").await;
        let version = world.get(&format!("/Users/{ava}")).await.header("etag").unwrap().to_owned();
        let rename = |name: &str| json!({
            "method": "PUT", "path": format!("/Users/{ava}"), "version": version, "data": { "userName": name },
        });
        let answer = bulk(world, json!([rename("first@x.y"), rename("second@x.y")])).await;
        assert_eq!(statuses(&answer), ["200", "412"]);
        assert_eq!(world.get(&format!("/Users/{ava}")).await.body["userName"], "first@x.y");
    }

    async fn as_many_operations_as_a_request_may_have_end_right_and_one_more_is_refused(world: World) {
        let mut operations = Vec::new();
        for number in 0..10 {
            // Each group has nine people who are created after it, and the next group. The groups form a cycle.
            let people: Vec<String> = (0..9).map(|person| format!("u{number}-{person}")).collect();
            let next = format!("g{}", (number + 1) % 10);
            let members: Vec<&str> = people.iter().map(String::as_str).chain([next.as_str()]).collect();
            operations.push(group(&format!("g{number}"), &members));
            operations.extend(people.iter().map(|person| user(person)));
        }
        operations[1] = json!({ "method": "POST", "path": "/Users", "bulkId": "broken", "data": {} });
        operations[0] = group("g0", &["u0-1", "g1"]);
        let answer = bulk(world, Value::Array(operations.clone())).await;
        let statuses = statuses(&answer);
        assert_eq!((statuses.len(), statuses[1]), (100, "400"));
        assert_eq!(statuses.iter().filter(|status| **status == "201").count(), 99);
        for number in [0, 1, 9] {
            let group = id(world, &answer.body["Operations"][number * 10]).await;
            assert_eq!(world.members(&group).await.len(), if number == 0 { 2 } else { 10 });
        }
        operations.push(user("more"));
        let refused = bulk(world, Value::Array(operations)).await;
        assert_eq!(refused.status, 413);
        assert!(refused.detail().contains("100 operations"));
    }

    async fn a_failure_has_the_location_of_what_was_to_change(world: World) {
        let ava = world.user("ava@x.y").await;
        let answer = bulk(world, json!([
            { "method": "PATCH", "path": format!("/Users/{ava}"), "data": { "Operations": [
                { "op": "replace", "path": "manager", "value": { "value": "bulkId:nobody" } }] } },
            { "method": "PATCH", "path": format!("/Users/{ava}"), "data": [{ "op": "replace", "path": "title", "value": "see bulkId:x" }] },
        ])).await;
        assert_eq!(statuses(&answer), ["409", "200"], "{}", answer.text);
        for operation in answer.body["Operations"].as_array().unwrap() {
            assert!(operation["location"].as_str().unwrap().ends_with(&format!("/Users/{ava}")), "{operation}");
        }
        assert_eq!(world.get(&format!("/Users/{ava}")).await.body["title"], "see bulkId:x", "a word like others");
    }

    async fn what_follows_a_circle_in_the_same_request_is_not_lost(world: World) {
        let ava = world.user("ava@x.y").await;
        let change = |method: &str, data: Value| json!({ "method": method, "path": "/Groups/bulkId:A", "data": data });
        let operations = json!([
            { "op": "add", "path": "members", "value": [{ "value": ava }] },
            { "op": "replace", "path": "displayName", "value": "A2" },
        ]);
        let answer = bulk(world, json!([
            group("A", &["B"]), group("B", &["A"]), change("PATCH", json!({ "Operations": operations })),
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201", "200"]);
        let a = id(world, &answer.body["Operations"][2]).await;
        let b = answer.body["Operations"][1]["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        assert_eq!(world.members(&a).await, [ava.as_str(), b.as_str()]);
        assert_eq!(world.get(&format!("/Groups/{a}")).await.body["displayName"], "A2");
        let answer = bulk(world, json!([
            group("C", &["D"]), group("D", &["C"]),
            { "method": "PUT", "path": "/Groups/bulkId:C", "data": { "displayName": "C2" } },
            { "method": "DELETE", "path": "groups/bulkId:D/" },
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201", "200", "204"]);
        let c = id(world, &answer.body["Operations"][2]).await;
        assert!(world.members(&c).await.is_empty());
        let gone = answer.body["Operations"][3]["location"].as_str().unwrap();
        let path = gone.split("/scim").nth(1).unwrap();
        assert!(path.starts_with("/Groups/group-"), "{gone}");
        assert_eq!(world.get(path).await.status, 404);
    }

    async fn what_refers_to_a_circle_that_failed_fails_too(world: World) {
        world.group("B", &[]).await;
        let answer = bulk(world, json!([
            group("A", &["B"]), group("B", &["A"]), group("C", &["A"]),
            { "method": "POST", "path": "/Users", "bulkId": "U", "data": { "userName": "u@x.y", "manager": { "value": "bulkId:A" } } },
            user("ava"),
        ])).await;
        assert_eq!(statuses(&answer), ["409", "409", "409", "409", "201"]);
        let refusals = answer.body["Operations"].as_array().unwrap();
        assert_eq!(refusals[1]["response"]["scimType"], "uniqueness", "its own reason");
        assert_eq!(world.get("/Groups").await.body["totalResults"], 1);
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
    }

    async fn a_bulk_id_is_there_once(world: World) {
        let again = |name: &str| json!({ "method": "POST", "path": "/Groups", "bulkId": "A", "data": { "displayName": name } });
        let answer = bulk(world, json!([group("A", &["B"]), group("B", &["A"]), again("other")])).await;
        assert_eq!(statuses(&answer), ["201", "201", "400"]);
        let (a, b) = (id(world, &answer.body["Operations"][0]).await, id(world, &answer.body["Operations"][1]).await);
        assert_eq!((world.members(&a).await, world.members(&b).await), (vec![b], vec![a]));
        assert_eq!(world.get("/Groups").await.body["totalResults"], 2);
    }

    async fn a_version_means_nothing_where_there_is_none_yet(world: World) {
        let mut first = group("A", &["B"]);
        first["version"] = json!("W/\"7\"");
        let answer = bulk(world, json!([first, group("B", &["A"])])).await;
        assert_eq!(statuses(&answer), ["201", "201"]);
    }

    async fn a_bulk_id_may_hold_any_character(world: World) {
        for bulk_id in ["a b", "a/b", "a]b", "a\"b", "ä:"] {
            let answer = bulk(world, json!([group("G", &[bulk_id]), user(bulk_id)])).await;
            assert_eq!(statuses(&answer), ["201", "201"], "{bulk_id}");
            let operations = &answer.body["Operations"];
            let (group, user) = (id(world, &operations[0]).await, id(world, &operations[1]).await);
            assert_eq!(world.members(&group).await, [user.as_str()], "{bulk_id}");
            world.delete(&format!("/Groups/{group}")).await;
        }
    }

    async fn operations_on_one_resource_keep_their_order(world: World) {
        let group = world.group("G", &[]).await;
        let patch = |operation: Value| json!({ "method": "PATCH", "path": format!("/Groups/{group}"), "data": { "Operations": [operation] } });
        let answer = bulk(world, json!([
            patch(json!({ "op": "add", "path": "members", "value": [{ "value": "bulkId:ava" }] })),
            patch(json!({ "op": "remove", "path": "members" })),
            user("ava"),
        ])).await;
        assert_eq!(statuses(&answer), ["200", "200", "201"]);
        assert!(world.members(&group).await.is_empty());
    }

    async fn details_say_how_many_operations_failed_and_what_was_left_out(world: World) {
        let details = async || {
            let last = world.last_request().await;
            (last["status"].as_str().unwrap().to_owned(), last["details"].as_str().unwrap().to_owned())
        };
        let with_unknown = json!({ "displayName": "G", "members": [{ "value": "999999" }], "companyName": "Acme" });
        let group = json!({ "method": "POST", "path": "/Groups", "bulkId": "G", "data": with_unknown });
        bulk(world, json!([group, user("ava")])).await;
        let (status, said) = details().await;
        assert_eq!(status, "success");
        assert!(said.contains("999999") && said.contains("companyName"), "{said}");
        bulk(world, json!([{ "method": "POST", "path": "/Users", "bulkId": "x", "data": {} }, group, user("sam")])).await;
        let (status, said) = details().await;
        assert_eq!(status, "error");
        assert!(said.contains("2 of 3 operations failed") && said.contains("userName is required"), "{said}");
    }

    async fn a_bulk_id_may_look_like_two(world: World) {
        let answer = bulk(world, json!([
            { "method": "POST", "path": "/Users", "bulkId": "a/bulkId:b", "data": { "userName": "a" } }, user("b"),
            { "method": "POST", "path": "/Users", "bulkId": "c", "data": { "userName": "c", "title": "bulkId:a/bulkId:b" } },
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201", "201"]);
        let first = id(world, &answer.body["Operations"][0]).await;
        let third = id(world, &answer.body["Operations"][2]).await;
        assert_eq!(world.get(&format!("/Users/{third}")).await.body["title"], first);
    }

    async fn a_group_in_a_circle_skips_unknown_members_as_any_new_group_does(world: World) {
        for members in [json!([{ "value": "99999" }]), json!([{ "value": "bulkId:g" }]), json!([{}]), json!([{ "value": "who" }])] {
            let answer = bulk(world, json!([
                { "method": "POST", "path": "/Users", "bulkId": "u", "data": { "userName": "u@x.y", "title": "bulkId:g" } },
                { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "displayName": "G", "externalId": "bulkId:u", "members": members } },
            ])).await;
            assert_eq!(statuses(&answer), ["201", "201"], "{members}: {}", answer.text);
            assert!(world.last_request().await["details"].as_str().unwrap().contains("skipped members"), "{members}");
            let group = id(world, &answer.body["Operations"][1]).await;
            assert!(world.members(&group).await.is_empty());
            for operation in answer.body["Operations"].as_array().unwrap() {
                let path = operation["location"].as_str().unwrap().split("/scim").nth(1).unwrap().to_owned();
                assert_eq!(world.delete(&path).await.status, 204);
            }
        }
    }

    async fn a_circle_is_created_in_the_order_of_its_names_so_that_two_of_them_never_wait_for_each_other(world: World) {
        let named = |name: &str, other: &str| json!({
            "method": "POST", "path": "/Groups", "bulkId": name,
            "data": { "DISPLAYNAME": name, "members": [{ "value": format!("bulkId:{other}") }] },
        });
        let ava = json!({ "userName": "ava@x.y", "manager": { "value": "bulkId:b" } });
        let answer = bulk(world, json!([
            named("b", "A"), named("A", "ava"), { "method": "POST", "path": "/Users", "bulkId": "ava", "data": ava },
        ])).await;
        assert_eq!(statuses(&answer), ["201", "201", "201"]);
        let operations = answer.body["Operations"].as_array().unwrap();
        let bulk_ids: Vec<_> = operations.iter().map(|operation| &operation["bulkId"]).collect();
        assert_eq!(bulk_ids, ["b", "A", "ava"], "answered in the order of the request");
        assert_eq!(world.ids("/Groups", "displayName pr").await, [
            id(world, &operations[1]).await, id(world, &operations[0]).await,
        ], "A is created before b");
    }

    async fn one_name_is_not_created_twice_in_a_circle(world: World) {
        let post = |bulk_id: &str, other: &str, active: bool| json!({
            "method": "POST", "path": "/Users", "bulkId": bulk_id,
            "data": { "userName": "ava@x.y", "active": active, "title": format!("bulkId:{other}") },
        });
        let answer = bulk(world, json!([post("a", "b", false), post("b", "a", true)])).await;
        assert_eq!(statuses(&answer), ["409", "409"]);
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_name_that_is_twice_in_a_circle_is_refused_without_an_id_that_nobody_has(world: World) {
        let post = |bulk_id: &str, other: &str| json!({
            "method": "POST", "path": "/Users", "bulkId": bulk_id,
            "data": { "userName": "ava@x.y", "manager": { "value": format!("bulkId:{other}") } },
        });
        let answer = bulk(world, json!([post("a", "b"), post("b", "a")])).await;
        assert_eq!(statuses(&answer), ["409", "409"]);
        assert!(answer.text.contains("another user of this request") && !answer.text.contains("the id"), "{}", answer.text);
    }

    async fn slashes_of_a_path_may_be_doubled(world: World) {
        let ava = world.user("ava@x.y").await;
        let answer = bulk(world, json!([{ "method": "DELETE", "path": format!("//Users//{ava}/") }])).await;
        assert_eq!(statuses(&answer), ["204"], "{}", answer.text);
    }

    async fn details_name_the_cause_and_not_what_followed_from_it(world: World) {
        let nameless = json!({ "method": "POST", "path": "/Users", "bulkId": "x", "data": { "userName": "" } });
        let answer = bulk(world, json!([group("G", &["x"]), nameless, { "method": "DELETE", "path": "/Users/bulkId:zz" }])).await;
        assert_eq!(statuses(&answer), ["409", "400", "409"]);
        assert_eq!(answer.body["Operations"][2].get("location"), None, "nobody knows which one was meant");
        let details = world.last_request().await["details"].as_str().unwrap().to_owned();
        assert!(details.contains("3 of 3") && details.contains("userName is required"), "{details}");
    }

    async fn operations_beyond_the_time_of_a_request_are_answered_and_not_tried(world: World) {
        let hasty = World::with(world.backend, |builder| builder.bulk_time(Duration::from_nanos(1))).await.unwrap();
        let answer = bulk(&hasty, json!([user("ava"), user("sam"), group("team", &["ava"])])).await;
        assert_eq!(statuses(&answer), ["503"; 3]);
        assert!(answer.body["Operations"][2]["response"]["detail"].as_str().unwrap().contains("fewer in one request"));
        assert!(hasty.ids("/Users", "userName pr").await.is_empty() && hasty.ids("/Groups", "displayName pr").await.is_empty());
        hasty.close().await;
    }
}
