//! How many statements a request costs, regardless of how much data there is.

use fleet_scim::{HostId, hosts::Source};
use serde_json::json;

use crate::{databases::Backend, on_each_database, world::World};

on_each_database! {
    async fn a_user_is_one_statement_with_any_number_of_groups(world: World) {
        let ava = world.user("ava@x.y").await;
        let path = format!("/Users/{ava}");
        let (alone, _) = world.statements_of(world.get(&path)).await;
        for number in 0..20 {
            world.group(&format!("g{number}"), &[&ava]).await;
        }
        let (with_groups, answer) = world.statements_of(world.get(&path)).await;
        assert_eq!(answer.body["groups"].as_array().unwrap().len(), 20);
        assert_eq!((alone, with_groups), (1, 1));
    }

    async fn a_lookup_is_one_statement(world: World) {
        world.user("ava@x.y").await;
        let (hit, found) = world.statements_of(world.find("/Users", "userName eq \"AVA@x.y\"")).await;
        assert_eq!(found.body["totalResults"], 1);
        let (miss, _) = world.statements_of(world.find("/Users", "userName eq \"nobody@x.y\"")).await;
        assert_eq!((hit, miss), (1, 1));
    }

    async fn a_page_of_a_hundred_users_costs_what_a_page_of_one_does(world: World) {
        for number in 0..120 {
            world.user(&format!("u{number}@x.y")).await;
        }
        let everyone: Vec<String> = world.ids("/Users", "userName pr").await;
        let everyone: Vec<&str> = everyone.iter().map(String::as_str).collect();
        world.group("everyone", &everyone).await;
        let (one, _) = world.statements_of(world.get("/Users?count=1")).await;
        let (hundred, page) = world.statements_of(world.get("/Users?count=100")).await;
        assert_eq!(page.body["itemsPerPage"], 100);
        assert_eq!(page.body["totalResults"], 120);
        assert_eq!((one, hundred), (2, 2), "the page and the count");
        let (last, page) = world.statements_of(world.get("/Users?startIndex=101&count=100")).await;
        assert_eq!(page.body["totalResults"], 120);
        assert_eq!(last, 1, "a page that is not full tells the number of all");
    }

    async fn a_group_without_members_does_not_read_them(world: World) {
        let mut ids = Vec::new();
        for number in 0..50 {
            ids.push(world.user(&format!("u{number}@x.y")).await);
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let group = world.group("everyone", &ids).await;
        let (without, answer) = world.statements_of(world.get(&format!("/Groups/{group}?excludedAttributes=members"))).await;
        assert_eq!(answer.body.get("members"), None);
        assert_eq!(without, 1);
        let (with, answer) = world.statements_of(world.get(&format!("/Groups/{group}"))).await;
        assert_eq!(answer.body["members"].as_array().unwrap().len(), 50);
        assert_eq!(with, 2, "the group and its members");
        let (lookup, _) = world
            .statements_of(world.get("/Groups?excludedAttributes=members&filter=displayName%20eq%20%22everyone%22"))
            .await;
        assert!(lookup <= 2, "{lookup}");
    }

    async fn adding_a_member_costs_the_same_in_a_group_of_any_size(world: World) {
        let mut ids = Vec::new();
        for number in 0..60 {
            ids.push(world.user(&format!("u{number}@x.y")).await);
        }
        let all: Vec<&str> = ids[..58].iter().map(String::as_str).collect();
        let small = world.group("small", &all[..1]).await;
        let large = world.group("large", &all).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ids[59] }] }]);
        let path = |group: &str| format!("/Groups/{group}?excludedAttributes=members");
        let (to_small, _) = world.statements_of(world.patch(&path(&small), add.clone())).await;
        let (to_large, _) = world.statements_of(world.patch(&path(&large), add)).await;
        assert_eq!(to_small, to_large);
        assert!(to_large <= 5, "{to_large}");
    }

    /// Over a network each round trip takes half a millisecond. A write is these statements, a COMMIT, and a BEGIN,
    /// which also replaces the ping of the pool.
    async fn an_ordinary_write_is_few_round_trips(world: World) {
        let postgres = world.backend == Backend::Postgres;
        let user = json!({ "userName": "ava@x.y", "emails": [{ "value": "ava@x.y" }] });
        let (create, created) = world.statements_of(world.post("/Users", user)).await;
        let path = format!("/Users/{}", created.body["id"].as_str().unwrap());
        let change = async |value| {
            let patch = world.patch(&path, json!([{ "op": "replace", "value": value }]));
            world.statements_of(patch).await.0
        };
        let (title, active) = (change(json!({ "title": "Engineer" })).await, change(json!({ "active": false })).await);
        let group = world.group("g", &[]).await;
        let path = format!("/Groups/{group}?excludedAttributes=members");
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": created.body["id"] }] }]);
        let (add, _) = world.statements_of(world.patch(&path, add)).await;
        let most = if postgres { [2, 2, 5, 3] } else { [7, 4, 7, 4] };
        let all = [create, title, active, add];
        assert!(all.iter().zip(most).all(|(made, most)| *made <= most), "{all:?}");
    }

    async fn a_page_of_a_hundred_hosts_with_end_users_costs_what_one_host_does(world: World) {
        let mut hosts = Vec::new();
        for number in 0..100 {
            let email = format!("u{number}@x.y");
            if number % 2 == 0 {
                world.user(&email).await;
            }
            world.host(number + 1, &Source::MdmIdpAccounts, &email).await;
            hosts.push(HostId(number + 1));
        }
        let (one, _) = world.statements_of(world.scim.hosts().end_users(&hosts[..1])).await;
        let (hundred, answered) = world.statements_of(world.scim.hosts().end_users(&hosts)).await;
        assert_eq!(answered.unwrap().iter().filter(|host| host.end_users[0].scim_user_id.is_some()).count(), 50);
        assert_eq!((one, hundred), (2, 3), "the third says why hosts have no owner");
    }

    async fn the_journal_costs_the_request_no_statement(world: World) {
        let ava = world.user("ava@x.y").await;
        world.group("g", &[&ava, "999999"]).await;
        let (statements, _) = world.statements_of(world.get(&format!("/Users/{ava}"))).await;
        assert_eq!(statements, 1);
    }
}
