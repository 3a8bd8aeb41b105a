//! No identity provider reaches the native connection, and it stays as it is.

use fleet_scim::{ConnectionKind, poem::http::Method};
use serde_json::json;

use super::{BASE, native, okta};
use crate::{
    connections::{call, change},
    on_each_database,
    world::World,
};

on_each_database! {
    async fn only_an_administrator_reaches_the_native_connection(world: World) {
        let id = native(world).await.connection();
        assert_eq!(id.0, 2, "the tokens `other` are of the second connection");
        let (token, _) = okta(world, "ava@corp.com").await;
        let path = format!("{BASE}/Users");
        for caller in [token.as_str(), "maintainer", "observer"] {
            for method in [Method::GET, Method::POST] {
                let body = (method == Method::POST).then(|| json!({ "userName": "kim@corp.com" }));
                let (at, nowhere) = (
                    call(world, caller, method.clone(), &path, body.clone()).await,
                    call(world, caller, method, "/connections/nobody/v2/Users", body).await,
                );
                assert_eq!((at.status, &at.text), (403, &nowhere.text), "{caller}");
            }
        }
        // The host gave a maintainer the native connection by mistake.
        let refused = call(world, "other-maintainer", Method::GET, "/Users", None).await;
        assert_eq!((refused.status, refused.detail()), (403, "the native connection is the host server's own: only a token of an administrator reaches it"));
        let posted = json!({ "userName": "kim@corp.com" });
        assert_eq!(call(world, "other-maintainer", Method::POST, "/Users", Some(posted.clone())).await.status, 403);
        assert_eq!(call(world, "other", Method::POST, "/Users", Some(posted)).await.status, 201);
        assert_eq!(world.get(&path).await.body["totalResults"], 1);
    }

    async fn the_native_connection_has_no_credentials_and_is_always_live(world: World) {
        // It is made when it is first named, whoever names it.
        assert_eq!(world.get("/connections").await.body["connections"].as_array().unwrap().len(), 1);
        let found = world.get("/connections/native").await;
        assert_eq!((found.status, &found.body["kind"], &found.body["state"]), (200, &json!("native"), &json!("live")), "{}", found.text);
        assert_eq!(world.get("/connections").await.body["connections"].as_array().unwrap().len(), 2);
        for (refused, told) in [
            (world.post("/connections/native/tokens", json!({})).await, "no tokens"),
            (world.post("/connections/native/clients", json!({})).await, "no clients"),
            (change(world, "native", json!({ "state": "paused" })).await, "cannot be paused"),
            (change(world, "native", json!({ "state": "detached" })).await, "cannot be paused"),
            (world.delete("/connections/native?confirm=native").await, "stays"),
            (world.post("/connections", json!({ "name": "native" })).await, "choose another"),
        ] {
            assert!(refused.status == 409 && refused.detail().contains(told), "{}", refused.text);
        }
        let named = change(world, "native", json!({ "displayName": "Made in Fleet", "order": 7 })).await;
        assert_eq!((named.status, &named.body["displayName"]), (200, &json!("Made in Fleet")), "{}", named.text);
        assert_eq!(change(world, "native", json!({ "state": "live" })).await.status, 200);
    }

    async fn a_connection_that_a_host_calls_native_is_an_identity_providers(world: World) {
        let hosts = world.scim.ensure_connection("Native").await.unwrap();
        let own = native(world).await.connection();
        assert_ne!(hosts, own);
        assert_eq!(world.scim.ensure_connection("native").await.unwrap(), hosts);
        let connections = world.scim.connections();
        let of_host = connections.get("native-2").await.unwrap().unwrap();
        assert_eq!((of_host.id, of_host.kind), (hosts, ConnectionKind::Idp));
        assert_eq!(connections.get("native").await.unwrap().unwrap().id, own);
        assert_eq!(world.post("/connections/native-2/tokens", json!({})).await.status, 201);
    }

    async fn processes_that_need_it_at_once_share_one_native_connection(world: World) {
        let other = world.sibling().await;
        let (first, second) = tokio::join!(world.scim.native(), other.native());
        assert_eq!(first.unwrap().connection(), second.unwrap().connection());
        let found = world.scim.connections().list().await.unwrap();
        assert_eq!(found.iter().filter(|connection| connection.kind == ConnectionKind::Native).count(), 1);
    }
}
