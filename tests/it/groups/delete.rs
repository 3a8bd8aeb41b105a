//! Users and groups that are deleted leave no trace in groups.

use serde_json::json;

use super::{three_users, version};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_deleted_user_leaves_its_groups_and_raises_their_versions(world: World) {
        let [ava, sam, mia] = three_users(world).await;
        let (one, two) = (world.group("One", &[&ava, &sam]).await, world.group("Two", &[&ava]).await);
        let other = world.group("Other", &[&mia]).await;
        assert_eq!(world.delete(&format!("/Users/{ava}")).await.status, 204);
        assert_eq!((world.members(&one).await, version(world, &one).await), (vec![sam], "W/\"2\"".to_owned()));
        assert_eq!((world.members(&two).await, version(world, &two).await), (vec![], "W/\"2\"".to_owned()));
        assert_eq!((world.members(&other).await, version(world, &other).await), (vec![mia], "W/\"1\"".to_owned()));
    }

    async fn a_deleted_group_is_gone_and_gone_the_second_time(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let deleted = world.delete(&format!("/Groups/{group}")).await;
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        for answer in [
            world.get(&format!("/Groups/{group}")).await,
            world.delete(&format!("/Groups/{group}")).await,
            world.patch(&format!("/Groups/{group}"), json!([])).await,
            world.put(&format!("/Groups/{group}"), json!({ "displayName": "Engineering" })).await,
        ] {
            assert_eq!(answer.status, 404, "{}", answer.text);
        }
        assert_eq!(world.get(&format!("/Users/{ava}")).await.body["groups"], json!([]));
        let again = world.group("Engineering", &[]).await;
        assert_ne!(again, group);
        assert!(world.members(&again).await.is_empty());
    }

    async fn a_deleted_group_changes_the_tags_of_its_users(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let before = world.get(&format!("/Users/{ava}")).await.header("etag").unwrap().to_owned();
        assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        assert_ne!(world.get(&format!("/Users/{ava}")).await.header("etag"), Some(before.as_str()));
    }
}
