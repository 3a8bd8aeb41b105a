//! The Rust face: each function is a SCIM operation.

use fleet_scim::{Builder, ConnectionId, ConnectionKind, Error, HostId, UserId, hosts::Source, poem::http::Method};
use serde_json::{Value, json};

use super::{BASE, group, native, okta};
use crate::{
    connections::{call, connect},
    on_each_database,
    world::World,
};

on_each_database! {
    async fn a_user_of_the_host_lives_beside_the_provisioned_one(world: World) {
        let (token, provisioned) = okta(world, "ava@corp.com").await;
        let before = call(world, &token, Method::GET, &format!("/Users/{provisioned}"), None).await.text;
        let native = native(world).await;
        let own = native.create_user(&json!({ "userName": "AVA@corp.com", "title": "Contractor" })).await.unwrap();
        assert_ne!(own, provisioned);
        let read = native.user(own).await.unwrap().unwrap();
        assert_eq!((&read["userName"], &read["title"]), (&json!("AVA@corp.com"), &json!("Contractor")));
        assert!(read["meta"]["location"].as_str().unwrap().ends_with(&format!("{BASE}/Users/{own}")), "{read}");
        let patch = json!({ "Operations": [{ "op": "replace", "path": "title", "value": "Guest" }] });
        assert!(native.patch_user(own, &patch).await.unwrap());
        assert_eq!(native.user(own).await.unwrap().unwrap()["title"], "Guest");
        assert!(native.replace_user(own, &json!({ "userName": "ava@corp.com", "nickName": "A" })).await.unwrap());
        let found = native.find_users("userName eq \"ava@corp.com\"", 1, 10).await.unwrap();
        assert_eq!((&found["totalResults"], &found["Resources"][0]["nickName"]), (&json!(1), &json!("A")));
        assert_eq!(native.find_users("", 1, 10).await.unwrap()["totalResults"], 1);
        // What is not here is not changed, and nothing is told of it.
        assert!(native.user(provisioned).await.unwrap().is_none());
        assert!(!native.patch_user(provisioned, &patch).await.unwrap());
        assert!(!native.replace_user(provisioned, &json!({ "userName": "x" })).await.unwrap());
        assert!(!native.delete_user(provisioned).await.unwrap());
        assert!(native.delete_user(own).await.unwrap() && !native.delete_user(own).await.unwrap());
        assert_eq!(call(world, &token, Method::GET, &format!("/Users/{provisioned}"), None).await.text, before);
    }

    async fn nothing_that_an_identity_provider_does_to_its_own_changes_those_of_the_host(world: World) {
        let native = native(world).await;
        let ava = native.create_user(&json!({ "userName": "ava@corp.com", "externalId": "1", "title": "Contractor" })).await.unwrap();
        let staff = group(world, "Staff", &[ava]).await;
        let whole = async || (native.user(ava).await.unwrap(), native.group(staff).await.unwrap());
        let before = whole().await;
        let token = connect(world, "okta").await;
        let send = async |method: Method, path: &str, body: Option<Value>| call(world, &token, method, path, body).await;
        let user = json!({ "userName": "ava@corp.com", "externalId": "1", "title": "Employee" });
        for (path, body, rename) in [
            ("/Users", user, json!([{ "op": "replace", "path": "title", "value": "Boss" }])),
            ("/Groups", json!({ "displayName": "Staff", "externalId": "1" }), json!([{ "op": "replace", "path": "displayName", "value": "STAFF" }])),
        ] {
            let made = send(Method::POST, path, Some(body.clone())).await;
            assert_eq!(made.status, 201, "{}", made.text);
            let one = format!("{path}/{}", made.body["id"].as_str().unwrap());
            assert_eq!(send(Method::PUT, &one, Some(body)).await.status, 200);
            assert_eq!(send(Method::PATCH, &one, Some(json!({ "Operations": rename }))).await.status, 200);
            assert_eq!(send(Method::DELETE, &one, None).await.status, 204);
        }
        assert_eq!(whole().await, before);
    }

    async fn urls_begin_with_the_public_url_and_the_path_that_the_host_told(like: World) {
        let set = |builder: Builder| builder.public_url("https://fleet.example.com/").mount_path("/api/v1/fleet/scim/");
        let world = World::with(like.backend, set).await.unwrap();
        let native = native(&world).await;
        let kim = native.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let loaners = group(&world, "Loaners", &[kim]).await;
        let base = "https://fleet.example.com/api/v1/fleet/scim/connections/native/v2";
        assert_eq!(native.user(kim).await.unwrap().unwrap()["meta"]["location"], format!("{base}/Users/{kim}"));
        assert_eq!(native.group(loaners).await.unwrap().unwrap()["members"][0]["$ref"], format!("{base}/Users/{kim}"));
        world.close().await;
    }

    async fn a_limited_host_shows_a_user_of_the_host_only_if_its_connection_is_listed(world: World) {
        let native = native(world).await;
        let kim = native.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        world.host(1, &Source::Custom, "kim@corp.com").await;
        world.scim.hosts().limit_to(HostId(1), &[ConnectionId::DEFAULT]).await.unwrap();
        assert_eq!(world.owner(1).await, None);
        world.scim.hosts().limit_to(HostId(1), &[native.connection()]).await.unwrap();
        assert_eq!(world.owner(1).await, Some(kim.to_string()));
    }

    async fn what_a_route_would_refuse_is_refused_with_its_reason(world: World) {
        let native = native(world).await;
        let why = |outcome: Result<UserId, Error>| match outcome {
            Err(Error::Invalid(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(why(native.create_user(&json!({ "title": "nobody" })).await).contains("userName"));
        assert!(why(native.create_user(&json!("ava")).await).contains("object"));
        native.create_user(&json!({ "userName": "ava@corp.com" })).await.unwrap();
        assert!(why(native.create_user(&json!({ "userName": "ava@corp.com" })).await).contains("userName already"));
        assert!(matches!(native.find_users("userName is ava", 1, 10).await, Err(Error::Invalid(_))));
        assert!(matches!(native.patch_group(group(world, "g", &[]).await, &json!({})).await, Err(Error::Invalid(_))));
    }

    async fn a_user_of_the_host_owns_hosts_like_any_other(world: World) {
        let native = native(world).await;
        let kim = native.create_user(&json!({ "userName": "kim@corp.com", "name": { "givenName": "Kim" } })).await.unwrap();
        world.host(1, &Source::Custom, "kim@corp.com").await;
        assert_eq!(world.owner(1).await, Some(kim.to_string()));
        // The native connection is older than the one that comes now.
        okta(world, "kim@corp.com").await;
        assert_eq!(world.owner(1).await, Some(kim.to_string()));
    }

    async fn the_host_learns_which_connection_manages_each_user_and_group(world: World) {
        let (token, provisioned) = okta(world, "ava@corp.com").await;
        let staff = call(world, &token, Method::POST, "/Groups", Some(json!({ "displayName": "Staff" }))).await;
        let staff = fleet_scim::GroupId::parse(staff.body["id"].as_str().unwrap()).unwrap();
        let native = native(world).await;
        let own = native.create_user(&json!({ "userName": "kim@corp.com" })).await.unwrap();
        let loaners = group(world, "Loaners", &[]).await;
        let connections = world.scim.connections();
        let users = connections.of_users(&[provisioned, own, UserId(4711)]).await.unwrap();
        assert_eq!(users.len(), 2);
        assert_eq!((users[&provisioned].name.as_str(), users[&provisioned].kind), ("okta", ConnectionKind::Idp));
        assert_eq!((users[&own].connection, users[&own].kind), (native.connection(), ConnectionKind::Native));
        let groups = connections.of_groups(&[staff, loaners]).await.unwrap();
        assert_eq!((groups[&staff].kind, groups[&loaners].kind), (ConnectionKind::Idp, ConnectionKind::Native));
        assert!(connections.of_users(&[]).await.unwrap().is_empty());
        assert!(matches!(connections.of_users(&vec![own; 1001]).await, Err(Error::Invalid(_))));
        assert!(matches!(connections.of_groups(&vec![staff; 1001]).await, Err(Error::Invalid(_))));
        let identifiers = connections.identifiers(&[staff, loaners]).await.unwrap();
        assert_eq!((identifiers[&staff].as_str(), identifiers[&loaners].as_str()), ("Staff", "Loaners"));
    }
}
