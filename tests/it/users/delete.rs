//! DELETE of users.

use serde_json::json;

use crate::{
    on_each_database,
    world::{USER, World},
};

on_each_database! {
    async fn a_deleted_user_is_gone_and_gone_the_second_time(world: World) {
        let id = world.user("ava@x.y").await;
        let deleted = world.delete(&format!("/Users/{id}")).await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        for answer in [
            world.get(&format!("/Users/{id}")).await,
            world.delete(&format!("/Users/{id}")).await,
            world.put(&format!("/Users/{id}"), json!({ "schemas": [USER], "userName": "ava@x.y" })).await,
            world.patch(&format!("/Users/{id}"), json!([])).await,
        ] {
            assert_eq!(answer.status, 404, "{}", answer.text);
        }
        assert!(world.ids("/Users", r#"userName eq "ava@x.y""#).await.is_empty());
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_deleted_name_is_free_and_its_id_is_not_given_again(world: World) {
        let first = world.user("ava@x.y").await;
        assert_eq!(world.delete(&format!("/Users/{first}")).await.status, 204);
        let second = world.user("ava@x.y").await;
        assert_ne!(first, second);
    }

    async fn deleting_one_user_leaves_the_others(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        assert_eq!(world.delete(&format!("/Users/{ava}")).await.status, 204);
        assert_eq!(world.get(&format!("/Users/{sam}")).await.status, 200);
    }
}
