//! Settings that the requests of a connection follow: emails that stay, users who are deleted when they are deactivated, and
//! unknown members that are refused.

use fleet_scim::{
    ConnectionId,
    hosts::Source,
    poem::http::Method,
    sea_orm::{ConnectionTrait, Statement},
};
use serde_json::{Value, json};

use super::{call, change, connect};
use crate::{
    databases::connect as connect_pool,
    on_each_database,
    world::{GROUP, PATCH_OP, USER, World},
};

async fn set(world: &World, settings: Value) {
    let changed = change(world, "default", json!({ "settings": settings })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

async fn details(world: &World) -> String {
    world.last_request().await["details"].as_str().unwrap().to_owned()
}

fn ava(emails: &Value) -> Value {
    json!({ "schemas": [USER], "userName": "ava@x.y", "emails": emails })
}

/// Says what the feed has of a user.
async fn told(world: &World, user: &str) -> Vec<String> {
    let sql = format!("SELECT kind FROM scim_changes WHERE user_id = {user} AND kind LIKE 'user.%' ORDER BY id");
    let statement = Statement::from_string(world.writer.get_database_backend(), sql);
    let rows = world.writer.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "kind").unwrap()).collect()
}

on_each_database! {
    async fn emails_that_are_kept_stay_whichever_way_a_change_comes(world: World) {
        let first = json!([{ "value": "ava@x.y", "type": "work", "primary": true }]);
        let other = json!([{ "value": "ava@home.y", "type": "home" }]);
        let id = world.created("/Users", ava(&first)).await;
        let path = format!("/Users/{id}");
        set(world, json!({ "keepsEmails": true })).await;
        let mut put = ava(&other);
        put["title"] = json!("Engineer");
        let answers = [
            world.put(&path, put).await,
            world.patch(&path, json!([{ "op": "replace", "path": "emails", "value": other }])).await,
            world.patch(&path, json!([{ "op": "remove", "path": "emails" }])).await,
            world.patch(&path, json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@b.c" }])).await,
            world.put(&path, json!({ "schemas": [USER], "userName": "ava@x.y", "title": "Engineer" })).await,
        ];
        for answer in answers {
            assert_eq!((answer.status, &answer.body["emails"]), (200, &first), "{}", answer.text);
            assert_eq!(answer.body["title"], "Engineer", "what else was sent is written");
        }
        assert!(details(world).await.contains("emails was ignored"), "{}", details(world).await);
        world.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
        assert!(!details(world).await.contains("ignored"), "{}", details(world).await);
        let returned = world.post("/Users", ava(&other)).await;
        assert_eq!((returned.status, &returned.body["emails"]), (201, &first), "{}", returned.text);
        world.host(1, &Source::MdmIdpAccounts, "ava@home.y").await;
        assert!(world.owner(1).await.is_none(), "an address that was ignored finds no host");
        set(world, json!({ "keepsEmails": null })).await;
        assert_eq!(world.patch(&path, json!([{ "op": "replace", "path": "emails", "value": other }])).await.body["emails"], other);
    }

    async fn a_user_without_emails_gets_them_though_emails_are_kept(world: World) {
        set(world, json!({ "keepsEmails": true })).await;
        let id = world.user("ava@x.y").await;
        let emails = json!([{ "value": "ava@x.y", "type": "work", "primary": true }]);
        let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "add", "path": "emails", "value": emails }])).await;
        assert_eq!((answer.status, &answer.body["emails"]), (200, &emails), "{}", answer.text);
    }

    async fn another_person_under_the_name_brings_their_own_emails(world: World) {
        set(world, json!({ "keepsEmails": true })).await;
        let (hers, his) = (json!([{ "value": "ava@x.y" }]), json!([{ "value": "adam@x.y" }]));
        let mut body = ava(&hers);
        body["externalId"] = json!("1");
        let id = world.created("/Users", body.clone()).await;
        world.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
        (body["externalId"], body["emails"]) = (json!("2"), his.clone());
        let returned = world.post("/Users", body).await;
        assert_eq!((returned.status, &returned.body["emails"]), (201, &his), "{}", returned.text);
    }

    async fn a_user_who_is_deactivated_is_deleted_and_the_answer_shows_them_inactive(world: World) {
        set(world, json!({ "deletesDeactivated": true })).await;
        for way in ["patch", "put", "bulk"] {
            let id = world.user("ava@x.y").await;
            let group = world.group(way, &[&id]).await;
            let version = world.get(&format!("/Groups/{group}")).await.body["meta"]["version"].clone();
            let path = format!("/Users/{id}");
            let deactivate = json!([{ "op": "replace", "path": "active", "value": "False" }]);
            let put = json!({ "schemas": [USER], "userName": "ava@x.y", "active": false });
            let answer = match way {
                "patch" => world.patch(&path, deactivate).await,
                "put" => world.put(&path, put).await,
                _ => {
                    let operation = json!({ "method": "PATCH", "path": path, "data": { "schemas": [PATCH_OP], "Operations": deactivate } });
                    let answer = world.post("/Bulk", json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [operation] })).await;
                    assert_eq!(answer.body["Operations"][0]["status"], "200", "{}", answer.text);
                    answer
                }
            };
            assert_eq!(answer.status, 200, "{way}: {}", answer.text);
            if way != "bulk" {
                assert_eq!((&answer.body["active"], &answer.body["id"]), (&json!(false), &json!(id)), "{way}");
            }
            assert_eq!(world.get(&path).await.status, 404, "{way}");
            assert_eq!(told(world, &id).await, ["user.created", "user.deactivated", "user.deleted"], "{way}");
            let left = world.get(&format!("/Groups/{group}")).await;
            assert_eq!(left.body["members"], json!([]), "{way}: {}", left.text);
            assert_ne!(left.body["meta"]["version"], version, "{way}");
            let again = world.user("ava@x.y").await;
            assert_ne!(again, id, "{way}");
            assert_eq!(world.delete(&format!("/Users/{again}")).await.status, 204);
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_user_who_stays_inactive_or_whose_deactivation_is_refused_is_not_deleted(world: World) {
        let id = world.user("ava@x.y").await;
        let path = format!("/Users/{id}");
        let deactivate = json!([{ "op": "replace", "path": "active", "value": false }]);
        world.patch(&path, deactivate.clone()).await;
        set(world, json!({ "deletesDeactivated": true })).await;
        assert_eq!(world.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Former" }])).await.status, 200);
        assert_eq!(world.get(&path).await.status, 200, "the user was inactive before the setting was");
        world.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).await;
        let refused = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "replace", "path": "userName", "value": "" }]);
        assert_eq!(world.patch(&path, refused).await.status, 400);
        assert_eq!(world.get(&path).await.body["active"], true);
        let other = connect(world, "okta").await;
        let sam = call(world, &other, Method::POST, "/Users", Some(json!({ "userName": "sam@x.y" }))).await;
        let sam = format!("/Users/{}", sam.body["id"].as_str().unwrap());
        let body = json!({ "schemas": [PATCH_OP], "Operations": deactivate });
        assert_eq!(call(world, &other, Method::PATCH, &sam, Some(body)).await.status, 200);
        assert_eq!(call(world, &other, Method::GET, &sam, None).await.status, 200, "the setting is of one connection");
    }

    async fn unknown_members_are_refused_where_a_connection_is_set_so(world: World) {
        let id = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[]).await;
        let path = format!("/Groups/{group}");
        set(world, json!({ "refusesUnknownMembers": true })).await;
        let members = json!([{ "value": id }, { "value": "999999" }, { "value": "somebody" }]);
        let body = json!({ "schemas": [GROUP], "displayName": "Engineering", "members": members });
        let posted = json!({ "schemas": [GROUP], "displayName": "Sales", "members": members });
        for refused in [
            world.patch(&path, json!([{ "op": "add", "path": "members", "value": members }])).await,
            world.patch(&path, json!([{ "op": "replace", "path": "members", "value": members }])).await,
            world.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": group }] }])).await,
            world.put(&path, body).await,
            world.post("/Groups", posted).await,
        ] {
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")), "{}", refused.text);
            assert!(refused.detail().contains("assign the users"), "{}", refused.text);
        }
        assert!(world.members(&group).await.is_empty(), "nothing is half-applied");
        assert_eq!(world.get("/Groups").await.body["totalResults"], 1);
        let known = world.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])).await;
        assert_eq!(known.status, 200, "{}", known.text);
        let gone = world.patch(&path, json!([{ "op": "remove", "path": "members[value eq \"999999\"]" }])).await;
        assert_eq!(gone.status, 200, "whoever is not there can be removed: {}", gone.text);
        set(world, json!({ "refusesUnknownMembers": false })).await;
        let skipped = world.patch(&path, json!([{ "op": "add", "path": "members", "value": members }])).await;
        assert_eq!((skipped.status, world.members(&group).await), (200, vec![id]));
    }

    async fn another_process_follows_a_changed_setting_within_two_seconds(world: World) {
        let id = world.user("ava@x.y").await;
        let other = world.sibling().await;
        let path = format!("/Users/{id}");
        let read = || world.request(Method::GET, &path, "admin").finish();
        assert_eq!(world.send_to(&other, read()).await.status, 200);
        set(world, json!({ "deletesDeactivated": true })).await;
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        let body = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "path": "active", "value": false }] });
        let request = world.request(Method::PATCH, &path, "admin").content_type("application/scim+json").body(body.to_string());
        assert_eq!(world.send_to(&other, request).await.status, 200);
        assert_eq!(world.send_to(&other, read()).await.status, 404);
    }

    async fn a_write_whose_settings_cannot_be_read_is_not_done_without_them(world: World) {
        let id = world.user("ava@x.y").await;
        set(world, json!({ "deletesDeactivated": true })).await;
        let reader = connect_pool(&world.place.url, 2).await;
        let other = world.sibling_with(|builder| builder.reader(reader.clone())).await;
        reader.close().await.unwrap();
        let path = format!("/Users/{id}");
        let body = json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "path": "active", "value": false }] });
        let request = world.request(Method::PATCH, &path, "admin").content_type("application/scim+json").body(body.to_string());
        let refused = world.send_to(&other, request).await;
        assert_eq!((refused.status, refused.header("retry-after").is_some()), (503, true), "{}", refused.text);
        assert_eq!(world.get(&path).await.body["active"], true);
    }

    async fn a_connection_of_keycloak_keeps_members_unless_it_is_told_otherwise(world: World) {
        let create = async |body: Value| world.post("/connections", body).await.body["settings"]["keepsMembers"].clone();
        assert_eq!(create(json!({ "name": "a", "vendor": "keycloak" })).await, true);
        assert_eq!(create(json!({ "name": "b", "vendor": "keycloak", "settings": { "keepsMembers": false } })).await, false);
        assert_eq!(create(json!({ "name": "c", "vendor": "okta" })).await, false);
        assert_eq!(world.scim.connections().get("default").await.unwrap().unwrap().id, ConnectionId::DEFAULT);
    }
}
