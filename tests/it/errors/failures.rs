//! Failures of the server or of the database are reported without saying anything about the cause.

use fleet_scim::poem::http::Method;
use serde_json::json;

use crate::{
    on_each_database,
    world::{USER, World},
};

on_each_database! {
    async fn a_panic_is_a_bland_500_and_the_next_request_is_served(world: World) {
        let answer = world.send(world.request(Method::GET, "/Users", "panic").finish()).await;
        assert_eq!((answer.status, answer.detail()), (500, "the server failed: its log says why"));
        assert_eq!(world.get("/Users").await.status, 200);
    }

    async fn a_database_that_is_away_is_503_with_a_time_to_come_back(world: World) {
        let ava = world.user("ava@x.y").await;
        world.reader.clone().close().await.unwrap();
        world.writer.clone().close().await.unwrap();
        let body = json!({ "schemas": [USER], "userName": "sam@x.y" });
        for answer in [
            world.get(&format!("/Users/{ava}")).await,
            world.get("/Groups").await,
            world.post("/Users", body.clone()).await,
            world.put(&format!("/Users/{ava}"), body).await,
            world.patch("/Groups/group-1", json!([{ "op": "add", "path": "members", "value": [{ "value": ava }] }])).await,
            world.delete(&format!("/Users/{ava}")).await,
        ] {
            assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{}", answer.text);
            assert_eq!(answer.detail(), "the server is busy: try again shortly");
        }
    }

    async fn a_parameter_without_a_value_is_none_and_a_filter_that_ends_in_an_equals_sign_is_one(world: World) {
        world.user("ava@x.y").await;
        let found = world.get("/Users?startIndex=&count=&filter=").await;
        assert_eq!((found.status, &found.body["totalResults"]), (200, &json!(1)));
        assert_eq!(world.get("/Users?filter=externalId+eq+abc=").await.status, 400);
    }
}
