//! Provisioned users in native groups: hosts show it, their identity provider does not.

use fleet_scim::{
    Error, HostId, UserId,
    entity::scim_change,
    hosts::Source,
    poem::http::Method,
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter},
};
use serde_json::{Value, json};

use super::{BASE, get, group, member, members, native, okta, provisioned};
use crate::{
    connections::{call, connect},
    on_each_database,
    world::{MOUNT, World},
};

async fn version(world: &World, of: fleet_scim::GroupId) -> Value {
    get(world, of).await.body["meta"]["version"].clone()
}

on_each_database! {
    async fn a_native_group_holds_provisioned_users_and_hosts_show_it(world: World) {
        let (token, ava) = okta(world, "ava@corp.com").await;
        let staff = call(world, &token, Method::POST, "/Groups", Some(json!({ "displayName": "Staff", "members": [member(ava)] }))).await;
        assert_eq!(staff.status, 201);
        let before = call(world, &token, Method::GET, &format!("/Users/{ava}"), None).await;
        let kim = native(world).await.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let loaners = group(world, "Loaner laptops", &[ava, kim]).await;
        let shown = get(world, loaners).await;
        let url = |base: &str, id: UserId| format!("http://fleet.example.com{MOUNT}/connections/{base}/v2/Users/{id}");
        assert_eq!(shown.body["members"], json!([
            { "value": ava.to_string(), "$ref": url("okta", ava), "type": "User" },
            { "value": kim.to_string(), "$ref": url("native", kim), "type": "User" },
        ]));
        for (host, email) in [(1, "ava@corp.com"), (2, "kim@corp.com"), (3, "sam@corp.com")] {
            world.host(host, &Source::MdmIdpAccounts, email).await;
        }
        assert_eq!(world.end_users(1).await.end_users[0].idp_groups, ["Staff", "Loaner laptops"]);
        assert_eq!(world.end_users(2).await.end_users[0].idp_groups, ["Loaner laptops"]);
        let of_group = async |after, limit| world.scim.hosts().of_group(loaners, after, limit).await.unwrap();
        assert_eq!(of_group(None, 10).await, [HostId(1), HostId(2)]);
        assert_eq!((of_group(None, 1).await, of_group(Some(HostId(1)), 9).await), (vec![HostId(1)], vec![HostId(2)]));
        // The identity provider sees what it saw, byte for byte.
        let after = call(world, &token, Method::GET, &format!("/Users/{ava}"), None).await;
        assert_eq!((&after.text, after.header("etag")), (&before.text, before.header("etag")));
        assert_eq!(call(world, &token, Method::GET, "/Groups", None).await.body["totalResults"], 1);
        for filter in ["groups.display eq \"Loaner laptops\"", &format!("groups.value eq \"{loaners}\"")] {
            let found = call(world, &token, Method::GET, &format!("/Users?filter={}", crate::world::encode(filter)), None).await;
            assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(0)), "{filter}");
        }
    }

    async fn members_of_every_connection_come_and_go_by_every_way(world: World) {
        let (token, ava) = okta(world, "ava@corp.com").await;
        let sam = provisioned(world, &connect(world, "entra").await, "sam@corp.com").await;
        let eve = provisioned(world, &token, "eve@corp.com").await;
        let kim = native(world).await.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let everyone = [ava, sam, eve, kim].map(|id| id.to_string());
        let posted = world.post(&format!("{BASE}/Groups"), json!({ "displayName": "By POST", "members": [member(ava), member(kim)] })).await;
        assert_eq!((posted.status, posted.body["members"].as_array().unwrap().len()), (201, 2), "{}", posted.text);
        let path = format!("{BASE}/Groups/{}", posted.body["id"].as_str().unwrap());
        let ids = async || {
            let found = world.get(&path).await;
            let members = found.body["members"].as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap().to_owned());
            members.collect::<Vec<String>>()
        };
        let put = world.put(&path, json!({ "displayName": "By PUT", "members": [member(sam), member(eve), member(kim), member(ava)] })).await;
        assert_eq!((put.status, ids().await), (200, everyone.to_vec()), "{}", put.text);
        let patched = world.patch(&path, json!([{ "op": "remove", "path": format!("members[value eq \"{ava}\"]") }])).await;
        assert_eq!((patched.status, ids().await.len()), (200, 3), "{}", patched.text);
        let elsewhere = format!("members[$ref ew \"/connections/entra/v2/Users/{sam}\"]");
        assert_eq!(world.patch(&path, json!([{ "op": "remove", "path": elsewhere }])).await.status, 200);
        assert_eq!(ids().await, [eve.to_string(), kim.to_string()]);
        let replaced = world.patch(&path, json!([{ "op": "replace", "path": "members", "value": [member(ava), { "value": "4711" }] }])).await;
        assert_eq!((replaced.status, ids().await), (200, vec![ava.to_string()]), "{}", replaced.text);
        let etag = replaced.header("etag").unwrap().to_owned();
        let again = world.patch(&path, json!([{ "op": "add", "path": "members", "value": [member(ava)] }])).await;
        assert_eq!(again.header("etag"), Some(etag.as_str()), "nothing changed");
        assert_eq!(world.patch(&path, json!([{ "op": "remove", "path": "members" }])).await.status, 200);
        assert!(ids().await.is_empty());
        let nested = group(world, "Nested", &[]).await;
        let below = path.strip_prefix(BASE).unwrap();
        let bulk = json!({ "Operations": [{ "method": "PATCH", "path": below, "data": { "Operations": [
            { "op": "add", "path": "members", "value": [member(eve), { "value": nested.to_string() }, member(kim)] }] } }] });
        let answer = world.post(&format!("{BASE}/Bulk"), bulk).await;
        assert_eq!(answer.body["Operations"][0]["status"], "200", "{}", answer.text);
        assert_eq!(ids().await, [eve.to_string(), kim.to_string(), nested.to_string()]);
        let listed = world.find(&format!("{BASE}/Groups"), "displayName eq \"By PUT\"").await;
        let places: Vec<bool> = listed.body["Resources"][0]["members"].as_array().unwrap().iter()
            .map(|member| member["$ref"].as_str().unwrap().contains("/connections/okta/v2/Users/")).collect();
        assert_eq!(places, [true, false, false], "{}", listed.text);
        assert_eq!(world.delete(&path).await.status, 204);
    }

    async fn a_group_of_an_identity_provider_holds_its_own_users_only(world: World) {
        let (token, ava) = okta(world, "ava@corp.com").await;
        let kim = native(world).await.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let body = json!({ "displayName": "Staff", "members": [member(ava), member(kim)] });
        let staff = call(world, &token, Method::POST, "/Groups", Some(body)).await;
        assert_eq!(staff.body["members"].as_array().unwrap().len(), 1, "{}", staff.text);
    }

    async fn whoever_is_deleted_leaves_native_groups_whose_version_rises(world: World) {
        let (token, ava) = okta(world, "ava@corp.com").await;
        let eve = provisioned(world, &token, "eve@corp.com").await;
        let loaners = group(world, "Loaners", &[ava, eve]).await;
        let first = version(world, loaners).await;
        assert_eq!(call(world, &token, Method::DELETE, &format!("/Users/{ava}"), None).await.status, 204);
        let second = version(world, loaners).await;
        assert_eq!(members(world, loaners).await, [eve.to_string()]);
        assert_ne!(first, second);
        assert_eq!(world.delete("/connections/okta?confirm=okta").await.status, 202);
        while world.get("/connections/okta").await.status == 200 {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(100), world.scim.worker(std::future::pending())).await;
        }
        assert!(members(world, loaners).await.is_empty());
        assert_ne!(version(world, loaners).await, second);
    }

    async fn another_person_under_the_name_is_in_no_native_group_of_the_first(world: World) {
        let token = connect(world, "okta").await;
        let body = json!({ "userName": "ava@corp.com", "externalId": "1", "active": false });
        let ava = call(world, &token, Method::POST, "/Users", Some(body)).await;
        let ava = UserId::parse(ava.body["id"].as_str().unwrap()).unwrap();
        for (way, external_id) in [(Method::POST, "2"), (Method::PUT, "3"), (Method::PATCH, "4")] {
            let loaners = group(world, &format!("By {way}"), &[ava]).await;
            let path = if way == Method::POST { "/Users".to_owned() } else { format!("/Users/{ava}") };
            let active = json!({ "userName": "ava@corp.com", "externalId": external_id, "active": true });
            let body = match way {
                Method::PATCH => json!({ "Operations": [{ "op": "replace", "value": active }] }),
                _ => active,
            };
            let returned = call(world, &token, way.clone(), &path, Some(body)).await;
            assert!(returned.status < 300 && returned.body["active"] == true, "{way}: {}", returned.text);
            assert!(members(world, loaners).await.is_empty(), "{way}");
            let entries = scim_change::Entity::find().filter(scim_change::Column::GroupId.eq(loaners.0)).all(&world.reader).await.unwrap();
            let of: Vec<Option<i64>> = entries.iter().map(|entry| entry.connection_id).collect();
            assert!(of.len() == 3 && of.iter().all(|connection| *connection == of[0]), "each entry of the group has its connection: {entries:?}");
            let gone = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
            assert_eq!(call(world, &token, Method::PATCH, &format!("/Users/{ava}"), Some(gone)).await.status, 200);
        }
    }

    async fn the_rust_face_refuses_members_that_nobody_knows(world: World) {
        let (_, ava) = okta(world, "ava@corp.com").await;
        let native = native(world).await;
        let loaners = group(world, "Loaners", &[]).await;
        let refused = native.add_members(loaners, &[ava, UserId(4711)]).await;
        assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains("no users of any connection") && why.contains("4711")), "{refused:?}");
        let too_many = native.add_members(loaners, &vec![ava; 100_001]).await;
        assert!(matches!(&too_many, Err(Error::Invalid(why)) if why.contains("100000")), "{too_many:?}");
        assert!(members(world, loaners).await.is_empty(), "nothing is half-applied");
        assert!(native.add_members(loaners, &[ava]).await.unwrap());
        assert!(native.remove_members(loaners, &[ava, UserId(4711)]).await.unwrap());
        assert!(members(world, loaners).await.is_empty());
        assert!(!native.add_members(fleet_scim::GroupId(4711), &[ava]).await.unwrap());
        assert!(native.replace_group(loaners, &json!({ "displayName": "Loans", "members": [member(ava)] })).await.unwrap());
        assert_eq!(native.group(loaners).await.unwrap().unwrap()["members"][0]["value"], ava.to_string());
        assert_eq!(native.find_groups("displayName eq \"loans\"", 1, 10).await.unwrap()["totalResults"], 1);
        assert!(native.delete_group(loaners).await.unwrap() && native.group(loaners).await.unwrap().is_none());
    }
}
