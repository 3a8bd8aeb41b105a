//! A connection that is paused or detached keeps what it has.

use fleet_scim::{hosts::Source, poem::http::Method};
use serde_json::json;

use super::{call, change, connect};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn the_clients_of_a_paused_connection_get_503_and_its_users_are_shown(world: World) {
        let okta = connect(world, "okta").await;
        let ava = call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        assert_eq!(ava.status, 201, "{}", ava.text);
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        assert_eq!(change(world, "okta", json!({ "state": "paused" })).await.body["state"], "paused");
        for (method, path, body) in [
            (Method::GET, "/Users", None),
            (Method::POST, "/Users", Some(json!({ "userName": "kim@x.y" }))),
            (Method::GET, "/ServiceProviderConfig", None),
            (Method::GET, "/connections/okta/v2/Users", None),
        ] {
            let refused = call(world, &okta, method, path, body).await;
            assert_eq!(refused.status, 503, "{path}");
            assert!(refused.header("retry-after").is_some() && refused.detail().contains("paused"), "{path}");
        }
        let details = call(world, &okta, Method::GET, "/details", None).await;
        assert_eq!((details.status, &details.body["last_request"]["status"]), (200, &json!("error")));
        assert!(details.body["last_request"]["details"].as_str().unwrap().contains("paused"));
        assert!(world.owner(1).await.is_some());
        assert_eq!(world.get("/Users").await.status, 200, "another connection is not concerned");
        change(world, "okta", json!({ "state": "live" })).await;
        assert_eq!(call(world, &okta, Method::GET, "/Users", None).await.body["totalResults"], 1);
    }

    async fn the_clients_of_a_detached_connection_get_403_and_change_nothing(world: World) {
        let okta = connect(world, "okta").await;
        let ava = call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        let path = format!("/Users/{}", ava.body["id"].as_str().unwrap());
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        change(world, "okta", json!({ "state": "detached" })).await;
        for method in [Method::GET, Method::DELETE] {
            let refused = call(world, &okta, method, &path, None).await;
            assert!(refused.status == 403 && refused.detail().contains("detached"), "{}", refused.text);
        }
        // An administrator who comes by the base URL is a client too.
        assert_eq!(world.delete(&format!("/connections/okta/v2{path}")).await.status, 403);
        assert!(world.owner(1).await.is_some());
    }

    async fn another_process_refuses_a_paused_connection_within_two_seconds(world: World) {
        let okta = connect(world, "okta").await;
        let other = world.sibling().await;
        let ask = || world.request(Method::GET, "/Users", &okta).finish();
        assert_eq!(world.send_to(&other, ask()).await.status, 200);
        change(world, "okta", json!({ "state": "paused" })).await;
        assert_eq!(world.send(ask()).await.status, 503);
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        assert_eq!(world.send_to(&other, ask()).await.status, 503);
    }
}
