//! The Rust face: each function is a SCIM operation.

use fleet_scim::{ConnectionKind, Error, UserId, hosts::Source, poem::http::Method};
use serde_json::json;

use super::{BASE, group, native, okta};
use crate::{connections::call, on_each_database, world::World};

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
        let users = connections.managing_users(&[provisioned, own, UserId(4711)]).await.unwrap();
        assert_eq!(users.len(), 2);
        assert_eq!((users[&provisioned].name.as_str(), users[&provisioned].kind), ("okta", ConnectionKind::Idp));
        assert_eq!((users[&own].connection, users[&own].kind), (native.connection(), ConnectionKind::Native));
        let groups = connections.managing_groups(&[staff, loaners]).await.unwrap();
        assert_eq!((groups[&staff].kind, groups[&loaners].kind), (ConnectionKind::Idp, ConnectionKind::Native));
        assert!(connections.managing_users(&[]).await.unwrap().is_empty());
        assert!(matches!(connections.managing_users(&vec![own; 1001]).await, Err(Error::Invalid(_))));
    }
}
