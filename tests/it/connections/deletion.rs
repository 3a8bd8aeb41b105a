//! A connection is deleted with all it holds, in small parts, and nothing else is touched.

use fleet_scim::{
    entity::{scim_change, scim_connection, scim_group, scim_token, scim_user, scim_user_group, scim_user_key},
    hosts::Source,
    poem::http::Method,
    sea_orm::{EntityTrait, PaginatorTrait},
};
use serde_json::{Value, json};

use super::{call, connect};
use crate::{on_each_database, world::World};

/// Fills a connection with so many users, two of whom own hosts, and so many groups; one of these holds everybody.
async fn company(world: &World, name: &str, users: usize, groups: usize) -> String {
    let token = connect(world, name).await;
    let post = async |path: &str, body: Value| {
        let created = call(world, &token, Method::POST, path, Some(body)).await;
        assert_eq!(created.status, 201, "{}", created.text);
        created.body["id"].as_str().unwrap().to_owned()
    };
    let mut members = Vec::new();
    for number in 0..users {
        members.push(json!({ "value": post("/Users", json!({ "userName": format!("{name}{number}@x.y") })).await }));
    }
    let group = post("/Groups", json!({ "displayName": "Everybody", "members": members })).await;
    for number in 1..groups {
        post("/Groups", json!({ "displayName": format!("Group {number}"), "members": [{ "value": group }] })).await;
    }
    for host in 0..2 {
        world
            .host(host + if name == "okta" { 1 } else { 3 }, &Source::MdmIdpAccounts, &format!("{name}{host}@x.y"))
            .await;
    }
    token
}

async fn rows<E: EntityTrait>(world: &World) -> u64
where
    E::Model: Send + Sync,
{
    E::find().count(&world.reader).await.unwrap()
}

on_each_database! {
    async fn a_connection_is_deleted_with_all_it_holds_and_nothing_else(world: World) {
        let (okta, entra) = (company(world, "okta", 250, 210).await, company(world, "entra", 10, 3).await);
        let takes = world.delete("/connections/okta").await;
        assert_eq!(takes.status, 409);
        assert_eq!(takes.detail(), "this deletes 250 users, 210 groups and 459 memberships, and 2 hosts lose their owner: repeat it with confirm=okta");
        assert_eq!(world.delete("/connections/okta?confirm=entra").await.status, 409);
        assert_eq!(call(world, &okta, Method::GET, "/Users?count=0", None).await.body["totalResults"], 250);
        let begun = world.delete("/connections/okta?confirm=okta").await;
        assert_eq!((begun.status, &begun.body), (202, &json!({ "users": 250, "groups": 210, "memberships": 459, "hosts": 2 })));
        assert_eq!(call(world, &okta, Method::GET, "/Users", None).await.status, 401, "its token has ended");
        assert_eq!(world.get("/connections/okta").await.body["state"], "deleting");
        assert_eq!(world.get("/connections/okta/v2/Users").await.status, 403);
        for refused in [
            world.call(Method::PATCH, "/connections/okta", Some(json!({ "state": "live" }))).await,
            world.post("/connections/okta/tokens", json!({})).await,
        ] {
            assert_eq!((refused.status, refused.detail()), (409, "the connection is being deleted"));
        }
        // The worker is stopped in the middle, more than once, as a process that restarts would stop it.
        let mut turns = 0;
        while world.get("/connections/okta").await.status == 200 {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(60), world.scim.worker(std::future::pending())).await;
            turns += 1;
            assert!(turns < 1000);
        }
        let left = (rows::<scim_user::Entity>(world).await, rows::<scim_group::Entity>(world).await, rows::<scim_user_group::Entity>(world).await);
        assert_eq!(left, (10, 3, 10));
        assert_eq!((rows::<scim_connection::Entity>(world).await, rows::<scim_token::Entity>(world).await), (2, 1));
        assert_eq!(rows::<scim_user_key::Entity>(world).await, 10);
        let told = scim_change::Entity::find().all(&world.reader).await.unwrap();
        let of = |kind: &str| told.iter().filter(|change| change.kind == kind).count();
        assert_eq!((of("user.deleted"), of("group.deleted")), (250, 210), "each is told once");
        assert!(world.owner(1).await.is_none() && world.owner(3).await.is_some());
        let whole = call(world, &entra, Method::GET, "/Groups?filter=displayName%20eq%20%22everybody%22", None).await;
        assert_eq!(whole.body["Resources"][0]["members"].as_array().unwrap().len(), 10);
        assert_eq!(world.get("/connections/entra").await.body["users"], 10);
        assert_eq!(world.post("/connections", json!({ "name": "okta" })).await.status, 201, "its name is free again");
    }

    async fn default_is_never_deleted(world: World) {
        let refused = world.delete("/connections/default?confirm=default").await;
        assert!(refused.status == 409 && refused.detail().contains("stays"), "{}", refused.text);
        assert_eq!(world.delete("/connections/nobody?confirm=nobody").await.status, 404);
    }
}
