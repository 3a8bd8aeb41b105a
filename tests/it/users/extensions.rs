//! Extensions that nobody registered are kept as they were sent.

use serde_json::json;

use crate::{
    on_each_database,
    world::{USER, World},
};

const OKTA: &str = "urn:okta:acme:1.0:user:custom";

on_each_database! {
    async fn an_unregistered_extension_is_answered_as_it_was_sent(world: World) {
        let extension = json!({
            "badge": "B-7", "floor": 3, "ratio": 1.5, "remote": true, "tags": ["a", "B"], "desk": { "Room": "2.14" },
        });
        let answer = world.post(
            "/Users", json!({ "schemas": [USER, OKTA], "userName": "ava@x.y", OKTA: extension }),
        ).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let user = world.get(&format!("/Users/{}", answer.body["id"].as_str().unwrap())).await.body;
        assert_eq!(user[OKTA], extension);
        assert_eq!(user["schemas"], json!([USER, OKTA]));
    }

    async fn an_unregistered_extension_can_be_filtered_by(world: World) {
        let sam = world.created(
            "/Users", json!({ "userName": "sam@x.y", OKTA: { "badge": "b-8", "floor": 12 } }),
        ).await;
        let ava = world.created("/Users", json!({
            "userName": "ava@x.y", OKTA: { "badge": "B-7", "floor": 3, "remote": true, "desk": { "room": "2.14" } },
        })).await;
        for filter in ["badge eq \"b-7\"", "floor eq 3", "floor lt 12", "remote eq true", "desk.room eq \"2.14\""] {
            assert_eq!(world.ids("/Users", &format!("{OKTA}:{filter}")).await, [ava.as_str()], "{filter}");
        }
        assert_eq!(world.ids("/Users", &format!("{OKTA}:BADGE sw \"B-\"")).await, [sam, ava]);
    }

    async fn an_extension_attribute_nobody_has_matches_nobody(world: World) {
        world.user("ava@x.y").await;
        assert!(world.ids("/Users", &format!("{OKTA}:badge eq \"b-7\"")).await.is_empty());
        assert!(world.ids("/Users", "urn:nobody:has:this:x pr").await.is_empty());
    }

    async fn a_schema_named_without_an_attribute_of_it_is_not_answered(world: World) {
        let answer = world.post("/Users", json!({ "schemas": [USER, OKTA], "userName": "ava@x.y", OKTA: {} })).await;
        assert_eq!((answer.status, &answer.body["schemas"]), (201, &json!([USER])));
        assert!(answer.body.get(OKTA).is_none());
    }
}
