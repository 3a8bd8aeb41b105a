//! Attributes that only this service provider changes.

use serde_json::json;

use super::ava;
use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

on_each_database! {
    async fn a_path_to_a_read_only_attribute_is_refused(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        let manager = format!("{ENTERPRISE}:manager.displayName");
        for path in ["id", "ID", "meta", "meta.created", "groups", "groups[value eq \"group-1\"]", manager.as_str()] {
            for op in ["add", "replace", "remove"] {
                let operations = json!([{ "op": op, "path": path, "value": "x" }]);
                let answer = world.patch(&format!("/Users/{id}"), operations).await;
                assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("mutability")), "{op} {path}");
            }
        }
        assert_eq!(world.get(&format!("/Users/{id}")).await.body, before);
    }

    async fn the_schemas_follow_from_the_attributes(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for op in ["add", "replace", "remove"] {
            let operations = json!([{ "op": op, "path": "schemas", "value": ["urn:x:y"] }]);
            let answer = world.patch(&format!("/Users/{id}"), operations).await;
            assert_eq!((answer.status, &answer.body), (200, &before), "{op}");
        }
    }

    async fn a_password_is_accepted_and_changes_nothing(world: World) {
        let id = ava(world).await;
        let before = world.get(&format!("/Users/{id}")).await.body;
        for operation in [
            json!({ "op": "replace", "path": "password", "value": "S3cret!" }),
            json!({ "op": "replace", "value": { "password": "S3cret!" } }),
        ] {
            let answer = world.patch(&format!("/Users/{id}"), json!([operation])).await;
            assert_eq!((answer.status, &answer.body), (200, &before), "{operation}");
        }
    }
}
