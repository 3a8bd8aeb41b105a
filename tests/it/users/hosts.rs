//! The hosts of a user, as an extension.

use fleet_scim::{HostId, hosts::Source};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{HOSTS, USER, World},
};

async fn ava_with_two_hosts(world: &World) -> String {
    let ava = world.user("ava@x.y").await;
    world.user("sam@x.y").await;
    world.host(42, &Source::MdmIdpAccounts, "ava@x.y").await;
    world.host(7, &Source::Custom, "AVA@x.y").await;
    world.host(9, &Source::Custom, "sam@x.y").await;
    let names = [(HostId(42), "Ava's laptop".to_owned()), (HostId(9), "sams".to_owned())];
    world.scim.hosts().set_names(names).await.unwrap();
    ava
}

fn hosts() -> Value {
    json!([
        { "value": "7", "$ref": "http://fleet.example.com/api/v1/fleet/hosts/7", "source": "custom" },
        { "value": "42", "display": "Ava's laptop", "$ref": "http://fleet.example.com/api/v1/fleet/hosts/42",
            "source": "mdm_idp_accounts" },
    ])
}

on_each_database! {
    async fn the_hosts_are_answered_where_they_are_asked_for(world: World) {
        let ava = ava_with_two_hosts(world).await;
        let path = format!("/Users/{ava}");
        assert!(world.get(&path).await.body.get(HOSTS).is_none());
        for asked in [HOSTS, "hosts", &format!("{HOSTS}:hosts"), "userName,hosts"] {
            let answer = world.get(&format!("{path}?attributes={asked}")).await.body;
            assert_eq!(answer[HOSTS]["hosts"], hosts(), "{asked}");
            assert_eq!(answer["schemas"], json!([USER, HOSTS]), "{asked}");
        }
        let part = world.get(&format!("{path}?attributes={HOSTS}:hosts.display")).await.body;
        assert_eq!(part[HOSTS], json!({ "hosts": [{ "display": "Ava's laptop" }] }));
        let list = world.get("/Users?attributes=hosts").await.body;
        assert_eq!(list["Resources"][0][HOSTS]["hosts"], hosts());
        assert_eq!(list["Resources"][1][HOSTS]["hosts"][0]["value"], "9");
        let operations = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        let patched = world.patch(&format!("{path}?attributes=title,hosts"), operations).await.body;
        assert_eq!((&patched["title"], &patched[HOSTS]["hosts"]), (&json!("x"), &hosts()));
        let found = world.post("/.search", json!({ "attributes": ["hosts"], "filter": "userName eq \"ava@x.y\"" })).await;
        assert_eq!(found.body["Resources"][0][HOSTS]["hosts"], hosts());
    }

    async fn users_are_found_by_their_hosts(world: World) {
        let ava = ava_with_two_hosts(world).await;
        let nobody = world.user("nobody@x.y").await;
        for (filter, is_found) in [
            ("value eq \"42\"", true),
            ("value eq \"042\"", false),
            ("value eq \"9\"", false),
            ("display eq \"AVA'S LAPTOP\"", true),
            ("display co \"sam\"", false),
            ("source eq \"custom\"", true),
            ("source eq \"CUSTOM\"", false),
            ("$ref ew \"/hosts/42\"", true),
        ] {
            let found = world.find("/Users", &format!("{HOSTS}:hosts.{filter}")).await.body;
            let ids: Vec<&Value> = found["Resources"].as_array().unwrap().iter().map(|user| &user["id"]).collect();
            assert_eq!(ids.contains(&&json!(ava)), is_found, "{filter}");
        }
        let both = format!("{HOSTS}:hosts[value eq \"42\" and source eq \"custom\"]");
        assert!(world.ids("/Users", &both).await.is_empty(), "of one and the same host");
        assert_eq!(world.ids("/Users", &format!("not ({HOSTS}:hosts pr)")).await, std::slice::from_ref(&nobody));
        assert_eq!(world.ids("/Users", "hosts eq null").await, [nobody]);
        assert_eq!(world.ids("/Users", "hosts eq \"42\" and userName sw \"ava\"").await, [ava]);
    }

    async fn the_identity_provider_does_not_change_them(world: World) {
        let ava = ava_with_two_hosts(world).await;
        let path = format!("/Users/{ava}");
        for operation in [
            json!({ "op": "remove", "path": format!("{HOSTS}:hosts") }),
            json!({ "op": "add", "path": format!("{HOSTS}:hosts"), "value": [{ "value": "1" }] }),
            json!({ "op": "remove", "path": format!("{HOSTS}:hosts[value eq \"42\"]") }),
        ] {
            let refused = world.patch(&path, json!([operation])).await;
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("mutability")), "{operation}");
        }
        let body = json!({ "userName": "ava@x.y", HOSTS: { "hosts": [{ "value": "1" }] } });
        let replaced = world.put(&format!("{path}?attributes=hosts"), body).await;
        assert_eq!((replaced.status, &replaced.body[HOSTS]["hosts"]), (200, &hosts()), "ignored");
        let refused = world.get(&format!("/Users?sortBy={HOSTS}:hosts.value")).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")));
    }

    async fn a_page_with_hosts_takes_one_statement_more(world: World) {
        ava_with_two_hosts(world).await;
        let (without, _) = world.statements_of(world.get("/Users")).await;
        let (with, _) = world.statements_of(world.get("/Users?attributes=hosts")).await;
        assert_eq!(with, without + 1);
    }

    async fn a_name_goes_with_its_host(world: World) {
        let ava = ava_with_two_hosts(world).await;
        world.scim.hosts().forget(HostId(42)).await.unwrap();
        world.host(42, &Source::Custom, "ava@x.y").await;
        let hosts = world.get(&format!("/Users/{ava}?attributes=hosts")).await.body[HOSTS]["hosts"].clone();
        assert_eq!((&hosts[1]["value"], hosts[1].get("display")), (&json!("42"), None));
        for name in ["", "  ", "\0", &"x".repeat(513)] {
            assert!(world.scim.hosts().set_names([(HostId(1), name.to_owned())]).await.is_err(), "{name:?}");
        }
    }

    async fn the_host_server_says_where_its_hosts_are(world: World) {
        let elsewhere = World::with(world.backend, |builder| builder.hosts_url("https://h.example.com/devices/"));
        let elsewhere = elsewhere.await.unwrap();
        let ava = ava_with_two_hosts(&elsewhere).await;
        let user = elsewhere.get(&format!("/Users/{ava}?attributes=hosts")).await.body;
        assert_eq!(user[HOSTS]["hosts"][0]["$ref"], "https://h.example.com/devices/7");
        assert_eq!(elsewhere.ids("/Users", "hosts.$ref eq \"https://h.example.com/devices/7\"").await, [ava]);
        elsewhere.close().await;
        let path = World::with(world.backend, |builder| builder.hosts_url("/devices")).await.unwrap();
        let ava = ava_with_two_hosts(&path).await;
        let user = path.get(&format!("/Users/{ava}?attributes=hosts.$ref")).await.body;
        assert_eq!(user[HOSTS]["hosts"][0]["$ref"], "http://fleet.example.com/devices/7");
        path.close().await;
    }

    async fn no_operation_changes_the_extension_of_the_hosts(world: World) {
        let id = world.user("ava@x.y").await;
        let urn = "urn:fleet:params:scim:schemas:extension:host:2.0:User";
        for operation in [
            json!({ "op": "replace", "path": urn, "value": { "hosts": [] } }),
            json!({ "op": "remove", "path": urn }),
            json!({ "op": "remove", "path": format!("{urn}:hosts") }),
        ] {
            let answer = world.patch(&format!("/Users/{id}"), json!([operation])).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("mutability")), "{operation}");
        }
    }
}
