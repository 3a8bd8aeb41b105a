//! What is told of hosts.

use fleet_scim::{HostId, ShownUser, hosts::Source, sea_orm::ConnectionTrait};
use serde_json::json;

use super::{drained, last, of_hosts};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

const MDM: Source = Source::MdmIdpAccounts;

async fn ava(world: &World) -> String {
    let body = json!({
        "schemas": [USER], "userName": "ava@x.y", "active": true, "name": { "givenName": "Ava", "familyName": "Q" },
        ENTERPRISE: { "department": "Sales" },
    });
    world.created("/Users", body).await
}

/// Returns the only change of a host: which fields changed, and what is shown now.
async fn only(world: &World, from: i64) -> (Vec<String>, Option<ShownUser>) {
    let mut told = of_hosts(drained(world, from).await);
    assert_eq!(told.len(), 1, "{told:?}");
    let told = told.remove(0);
    assert_eq!(told.host, Some(HostId(1)));
    (told.attributes, told.after)
}

on_each_database! {
    async fn a_host_is_told_of_its_owner_and_of_each_change_that_is_shown(world: World) {
        let id = ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        let (_, shown) = only(world, 0).await;
        let shown = shown.unwrap();
        assert_eq!((&shown.scim_user_id, shown.idp_username.as_deref()), (&id, Some("ava@x.y")));
        assert_eq!((shown.idp_full_name.as_deref(), shown.idp_department.as_deref()), (Some("Ava Q"), Some("Sales")));
        assert!(shown.idp_active && shown.idp_groups.is_empty());
        let path = format!("/Users/{id}");
        let from = last(world).await;
        // Nobody shows a title.
        world.patch(&path, json!([{ "op": "replace", "path": "title", "value": "CEO" }])).await;
        assert_eq!(of_hosts(drained(world, from).await), []);
        let from = last(world).await;
        world.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
        let (fields, shown) = only(world, from).await;
        assert_eq!((fields, shown.unwrap().idp_active), (vec!["idp_active".to_owned()], false));
        let from = last(world).await;
        let group = world.group("Core", &[&id]).await;
        let (fields, shown) = only(world, from).await;
        assert_eq!((fields, shown.unwrap().idp_groups), (vec!["idp_groups".to_owned()], vec!["Core".to_owned()]));
        let from = last(world).await;
        world.patch(&format!("/Groups/{group}"), json!([{ "op": "replace", "path": "displayName", "value": "Heart" }])).await;
        assert_eq!(only(world, from).await.1.unwrap().idp_groups, ["Heart"]);
        let from = last(world).await;
        world.group("All", &[&group]).await;
        assert_eq!(only(world, from).await.1.unwrap().idp_groups, ["Heart", "All"]);
        let from = last(world).await;
        world.delete(&format!("/Groups/{group}")).await;
        assert_eq!(only(world, from).await.1.unwrap().idp_groups, [""; 0]);
        let from = last(world).await;
        world.delete(&path).await;
        let told = of_hosts(drained(world, from).await);
        assert_eq!((told.len(), &told[0].after), (1, &None));
        assert_eq!(told[0].before.as_ref().unwrap().scim_user_id, id, "who it was is told though the user is gone");
    }

    async fn several_changes_before_a_step_are_one_of_the_host(world: World) {
        let id = ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        let from = last(world).await;
        for department in ["A", "B", "C"] {
            let operations = json!([{ "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": department }]);
            assert_eq!(world.patch(&format!("/Users/{id}"), operations).await.status, 200);
        }
        let (fields, shown) = only(world, from).await;
        assert_eq!((fields, shown.unwrap().idp_department), (vec!["idp_department".to_owned()], Some("C".to_owned())));
    }

    async fn what_takes_a_host_from_its_owner_is_told(world: World) {
        let id = ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        let hosts = world.scim.hosts();
        let from = last(world).await;
        hosts.limit_to(HostId(1), &[]).await.unwrap();
        assert_eq!(only(world, from).await.1, None);
        let from = last(world).await;
        hosts.unlimit(HostId(1)).await.unwrap();
        assert_eq!(only(world, from).await.1.unwrap().scim_user_id, id);
        let from = last(world).await;
        let settings = json!({ "settings": { "domains": ["other.example"] } });
        world.call(fleet_scim::poem::http::Method::PATCH, "/connections/default", Some(settings)).await;
        fleet_scim::internals::adapt_keys(&world.scim).await.unwrap();
        assert_eq!(only(world, from).await.1, None);
        let from = last(world).await;
        let settings = json!({ "settings": { "domains": null } });
        world.call(fleet_scim::poem::http::Method::PATCH, "/connections/default", Some(settings)).await;
        fleet_scim::internals::adapt_keys(&world.scim).await.unwrap();
        assert!(only(world, from).await.1.is_some());
        let from = last(world).await;
        hosts.forget(HostId(1)).await.unwrap();
        assert_eq!(only(world, from).await.1, None);
    }

    async fn hosts_of_before_the_feed_are_told_once(world: World) {
        ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        world.host(2, &MDM, "nobody@x.y").await;
        // As a migration leaves it.
        last(world).await;
        for sql in [
            "DELETE FROM scim_host_told".to_owned(),
            format!("UPDATE scim_change_counter SET swept = {}", i64::MIN + 1),
        ] {
            world.writer.execute_unprepared(&sql).await.unwrap();
        }
        let from = world.scim.changes().last().await.unwrap();
        let (_, shown) = only(world, from).await;
        assert_eq!(shown.unwrap().idp_username.as_deref(), Some("ava@x.y"));
        assert_eq!(of_hosts(drained(world, 0).await).len(), 2, "of the other host there is nothing to tell");
    }

    async fn the_hosts_of_a_large_group_are_told_in_parts(world: World) {
        let people: Vec<_> = (0..1203).map(|n| (HostId(n + 1), MDM, format!("u{n}@x.y"))).collect();
        let hosts: Vec<_> = people.iter().map(|(host, source, email)| (*host, source, email.as_str())).collect();
        let mut ids = Vec::new();
        for chunk in (0..1203).collect::<Vec<_>>().chunks(100) {
            let operations: Vec<_> = chunk.iter().map(|n| json!({
                "method": "POST", "path": "/Users", "bulkId": format!("b{n}"),
                "data": { "schemas": [USER], "userName": format!("u{n}@x.y") },
            })).collect();
            let answer = world.post("/Bulk", json!({ "Operations": operations })).await;
            let of = |operation: &serde_json::Value| operation["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            ids.extend(answer.body["Operations"].as_array().unwrap().iter().map(of));
        }
        for (host, source, email) in &hosts {
            world.scim.hosts().set_emails(*host, source, &[email]).await.unwrap();
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let group = world.group("Everybody", &ids).await;
        let from = last(world).await;
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "All" }]);
        let (statements, answer) = world.statements_of(world.patch(&format!("/Groups/{group}?excludedAttributes=members"), rename)).await;
        assert!(answer.status < 300 && statements < 12, "{statements}");
        let told = of_hosts(drained(world, from).await);
        let mut of: Vec<_> = told.iter().map(|change| change.host.unwrap().0).collect();
        of.sort_unstable();
        assert_eq!(of, (1..=1203).collect::<Vec<_>>());
        assert!(told.iter().all(|change| change.after.as_ref().unwrap().idp_groups == ["All"]));
    }

    async fn since_when_it_is_shown_follows_groups_and_owners(world: World) {
        let id = ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        last(world).await;
        let modified = async || world.get(&format!("/Users/{id}")).await.body["meta"]["lastModified"].clone();
        let before = modified().await;
        let since = async || world.end_users(1).await.end_users[0].idp_info_updated_at.clone().unwrap();
        let first = since().await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        world.group("Core", &[&id]).await;
        last(world).await;
        let second = since().await;
        assert!(second > first, "{first} {second}");
        assert_eq!(modified().await, before, "the user's own record is as it was");
    }

    async fn every_host_is_told_however_many_addresses_it_has(world: World) {
        let of = |user: usize, host: usize, source: Source| (HostId((user * 6 + host + 1) as i64), source, format!("u{user}@x.y"));
        let told_by = [Source::MdmIdpAccounts, Source::GoogleChromeProfiles];
        let reported = (0..100).flat_map(|user| (0..6).map(move |host| (user, host)))
            .flat_map(|(user, host)| told_by.clone().map(|source| of(user, host, source)));
        world.scim.hosts().import(reported.collect::<Vec<_>>()).await.unwrap();
        let from = last(world).await;
        let operations: Vec<_> = (0..100).map(|user| json!({
            "method": "POST", "path": "/Users", "bulkId": format!("b{user}"),
            "data": { "schemas": [USER], "userName": format!("u{user}@x.y") },
        })).collect();
        world.post("/Bulk", json!({ "Operations": operations })).await;
        assert_eq!(of_hosts(drained(world, from).await).len(), 600, "of many users at once");
        // One user with more hosts than are told at once.
        let id = ava(world).await;
        let kiosks = (0..1100).flat_map(|host| told_by.clone().map(|source| (HostId(10_000 + host), source, "ava@x.y".to_owned())));
        world.scim.hosts().import(kiosks.collect::<Vec<_>>()).await.unwrap();
        let from = last(world).await;
        let leave = json!([{ "op": "replace", "path": "active", "value": false }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), leave).await.status, 200);
        let told = of_hosts(drained(world, from).await);
        assert_eq!(told.len(), 1100, "of one user");
        assert!(told.iter().all(|change| change.after.as_ref().is_some_and(|user| !user.idp_active)));
    }

    async fn the_hosts_of_nested_groups_are_told_in_parts_too(world: World) {
        let mut ids = Vec::new();
        for user in 0..60 {
            ids.push(world.user(&format!("u{user}@x.y")).await);
        }
        let hosts = (0..60).flat_map(|user| (0..40).map(move |host| (HostId(user * 40 + host + 1), MDM, format!("u{user}@x.y"))));
        world.scim.hosts().import(hosts.collect::<Vec<_>>()).await.unwrap();
        let members: Vec<&str> = ids.iter().take(50).map(String::as_str).collect();
        let (inner, other) = (world.group("Inner", &members).await, world.group("Other", &members).await);
        let outer = world.group("Outer", &[&inner, &other]).await;
        let from = last(world).await;
        world.patch(&format!("/Groups/{outer}"), json!([{ "op": "replace", "path": "displayName", "value": "Top" }])).await;
        let told = of_hosts(drained(world, from).await);
        assert_eq!(told.len(), 2000);
        assert!(told.iter().all(|change| change.after.as_ref().unwrap().idp_groups == ["Inner", "Other", "Top"]));
    }

    async fn an_entry_that_cannot_be_read_holds_up_nobody(world: World) {
        let id = ava(world).await;
        world.host(1, &MDM, "ava@x.y").await;
        let from = last(world).await;
        let broken = format!(
            "INSERT INTO scim_changes (changed_at, request_id, kind, user_id, detail) VALUES (7, 'r', 'user.changed', {id}, '{{')"
        );
        world.writer.execute_unprepared(&broken).await.unwrap();
        world.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
        let told = drained(world, from).await;
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].attributes.is_empty() && told[2].after.as_ref().is_some_and(|user| !user.idp_active));
    }
}
