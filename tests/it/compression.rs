//! gzip is used for clients that ask for it, if the answer becomes smaller.

use std::io::Read;

use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, World},
};

async fn asking(world: &World, method: Method, path: &str, codings: &str) -> Answer {
    world.send(world.request(method, path, "admin").header("accept-encoding", codings).finish()).await
}

/// Creates enough users that compressing the list saves something.
async fn many(world: &World) {
    for at in 0..40 {
        world.user(&format!("somebody.with.a.long.name.{at}@example.com")).await;
    }
}

on_each_database! {
    async fn a_large_answer_is_gzip_for_who_asks(world: World) {
        many(world).await;
        let plain = world.get("/Users").await;
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("accept-encoding")));
        let packed = asking(world, Method::GET, "/Users", "br;q=1, gzip").await;
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")));
        assert!(packed.bytes.len() * 4 < plain.bytes.len(), "{} of {}", packed.bytes.len(), plain.bytes.len());
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain.body);
        for codings in ["identity", "gzip;q=0", "br"] {
            assert_eq!(asking(world, Method::GET, "/Users", codings).await.body, plain.body, "{codings}");
        }
    }

    async fn a_small_answer_is_sent_as_it_is(world: World) {
        let id = world.user("ava@x.y").await;
        let answer = asking(world, Method::GET, &format!("/Users/{id}"), "gzip").await;
        assert_eq!((answer.header("content-encoding"), &answer.body["userName"]), (None, &json!("ava@x.y")));
        assert_eq!(asking(world, Method::HEAD, "/Users", "gzip").await.text, "");
    }

    async fn a_host_that_compresses_itself_is_left_to_it(world: World) {
        let bare = World::with(world.backend, |builder| builder.without_compression()).await.unwrap();
        many(&bare).await;
        assert_eq!(asking(&bare, Method::GET, "/Users", "gzip").await.body["totalResults"], 40);
        bare.close().await;
    }
}
