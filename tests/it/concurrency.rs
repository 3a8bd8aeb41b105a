//! Concurrent requests end as if they had run one after the other, and none is answered with 5xx.

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    on_each_database,
    world::{USER, World},
};

on_each_database! {
    async fn sixty_four_parallel_adds_leave_sixty_four_members(world: World) {
        let mut ids = Vec::new();
        for number in 0..64 {
            ids.push(world.user(&format!("u{number}@x.y")).await);
        }
        let group = world.group("everyone", &[]).await;
        let path = format!("/Groups/{group}");
        let adds = ids.iter().map(|id| world.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])));
        for answer in join_all(adds).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        let mut members = world.members(&group).await;
        members.sort_unstable();
        ids.sort_unstable();
        assert_eq!(members, ids);
        assert_eq!(world.get(&path).await.body["meta"]["version"], "W/\"65\"");
    }

    async fn of_thirty_two_parallel_creates_one_succeeds(world: World) {
        let create = |_| world.post("/Users", json!({ "schemas": [USER], "userName": "ava@x.y", "active": true }));
        let mut statuses: Vec<u16> = join_all((0..32).map(create)).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201);
        assert_eq!(statuses[1..], [409; 31]);
        assert_eq!(world.ids("/Users", "userName eq \"ava@x.y\"").await.len(), 1);
    }

    async fn of_parallel_returns_of_a_leaver_one_succeeds(world: World) {
        let ava = world.user("ava@x.y").await;
        world.patch(&format!("/Users/{ava}"), json!([{ "op": "replace", "value": { "active": false } }])).await;
        let create = |_| world.post("/Users", json!({ "schemas": [USER], "userName": "ava@x.y", "active": true }));
        let answers = join_all((0..16).map(create)).await;
        let returned: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(returned.len(), 1);
        assert_eq!(returned[0].body["id"], ava);
        assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)));
    }

    async fn users_may_be_deleted_while_they_are_added(world: World) {
        let mut ids = Vec::new();
        for number in 0..24 {
            ids.push(world.user(&format!("u{number}@x.y")).await);
        }
        let groups = [world.group("one", &[]).await, world.group("two", &[]).await];
        let mut work = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let group = &groups[at % 2];
            let add = json!([{ "op": "add", "path": "members", "value": [{ "value": id }, { "value": ids[(at + 1) % 24] }] }]);
            let patch = async move { world.patch(&format!("/Groups/{group}"), add).await };
            work.push(Box::pin(patch) as std::pin::Pin<Box<dyn Future<Output = crate::world::Answer> + Send + '_>>);
            if at % 3 == 0 {
                work.push(Box::pin(async move { world.delete(&format!("/Users/{id}")).await }));
            }
            if at % 5 == 0 {
                let change = json!([{ "op": "replace", "value": { "displayName": format!("n{at}") } }]);
                work.push(Box::pin(async move { world.patch(&format!("/Users/{id}"), change).await }));
            }
        }
        for answer in join_all(work).await {
            assert!(answer.status < 500, "{}", answer.text);
        }
        for group in &groups {
            for member in world.members(group).await {
                assert_eq!(world.get(&format!("/Users/{member}")).await.status, 200, "a member is a user that is there");
            }
        }
    }

    async fn parallel_patches_of_one_user_lose_nothing(world: World) {
        let ava = world.user("ava@x.y").await;
        let path = format!("/Users/{ava}");
        let adds = (0..20).map(|number| {
            world.patch(&path, json!([{ "op": "add", "path": "emails", "value": [{ "value": format!("a{number}@x.y"), "type": "other" }] }]))
        });
        for answer in join_all(adds).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        let user = world.get(&path).await.body;
        assert_eq!(user["emails"].as_array().unwrap().len(), 20);
        assert!(user["meta"]["version"].as_str().unwrap().starts_with("W/\"21-"));
    }

    async fn groups_nested_in_each_other_can_be_deleted_at_once(world: World) {
        let (one, two) = (world.group("one", &[]).await, world.group("two", &[]).await);
        let nest = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        assert_eq!(world.patch(&format!("/Groups/{one}"), nest(&two)).await.status, 200);
        assert_eq!(world.patch(&format!("/Groups/{two}"), nest(&one)).await.status, 200);
        let (path_one, path_two) = (format!("/Groups/{one}"), format!("/Groups/{two}"));
        let answers = join_all([world.delete(&path_one), world.delete(&path_two)]).await;
        assert!(answers.iter().all(|answer| answer.status == 204), "{answers:?}");
    }

    async fn users_and_hosts_may_change_at_the_same_moment(world: World) {
        use fleet_scim::{HostId, hosts::Source};
        let mut ids = Vec::new();
        for number in 0..16 {
            ids.push(world.user(&format!("u{number}@x.y")).await);
            world.host(number, &Source::MdmIdpAccounts, "nobody@x.y").await;
        }
        let user = async |number: usize| {
            let operations = json!([
                { "op": "replace", "path": "userName", "value": format!("new{number}@x.y") },
                { "op": "replace", "path": "active", "value": number.is_multiple_of(2) },
            ]);
            let answer = world.patch(&format!("/Users/{}", ids[number]), operations).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
        };
        let host = async |number: usize| {
            let addresses = [format!("new{number}@x.y")];
            let hosts = world.scim.hosts();
            let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
            hosts.set_emails(HostId(number as i64), &Source::MdmIdpAccounts, &addresses).await.unwrap();
        };
        let (users, hosts) = (join_all((0..16).map(user)), join_all((0..16).map(host)));
        futures_util::future::join(users, hosts).await;
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(world.owner(number as i64).await.as_ref(), Some(id));
            assert_eq!(world.end_users(number as i64).await.end_users[0].idp_active, Some(number.is_multiple_of(2)));
        }
    }

    async fn circles_of_the_same_names_end_as_if_one_came_after_the_other(world: World) {
        let leavers = ["ava@x.y", "sam@x.y"];
        for leaver in leavers {
            world.created("/Users", json!({ "userName": leaver, "active": false })).await;
        }
        let post = |path: &str, bulk_id: &str, data: serde_json::Value| {
            json!({ "method": "POST", "path": path, "bulkId": bulk_id, "data": data })
        };
        let cycle = |turned: bool| {
            let user = |at: usize| {
                let manager = json!({ "value": format!("bulkId:{}", leavers[1 - at]) });
                post("/Users", leavers[at], json!({ "userName": leavers[at], "manager": manager }))
            };
            let group = |name: &str, other: &str| {
                post("/Groups", name, json!({ "displayName": name, "members": [{ "value": format!("bulkId:{other}") }] }))
            };
            let mut operations = vec![user(0), user(1), group("A", "B"), group("B", "A")];
            if turned {
                operations.reverse();
            }
            world.post("/Bulk", json!({ "Operations": operations }))
        };
        let answers = join_all((0..8).map(|number| cycle(number % 2 == 1))).await;
        // One cycle of users and one of groups are created as a whole. Nothing of the others is left.
        for people in [true, false] {
            let ended = |answer: &crate::world::Answer| {
                let operations = answer.body["Operations"].as_array().unwrap().iter();
                let own = operations.filter(|operation| operation["bulkId"].as_str().unwrap().contains('@') == people);
                own.map(|operation| operation["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            };
            let mut all: Vec<_> = answers.iter().map(ended).collect();
            all.sort();
            let mut expected = vec![["409", "409"]; 7];
            expected.insert(0, ["201", "201"]);
            assert_eq!(all, expected, "people: {people}");
        }
        let users = world.get("/Users").await.body;
        assert!(users["Resources"].as_array().unwrap().iter().all(|user| user["active"] == true), "{users}");
        assert_eq!((&users["totalResults"], &world.get("/Groups").await.body["totalResults"]), (&json!(2), &json!(2)));
    }
}
