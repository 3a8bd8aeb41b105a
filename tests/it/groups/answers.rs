//! What a PATCH of a large group answers. Its cost must not grow with the group.

use serde_json::json;

use crate::{on_each_database, world::World};

/// Creates a world in which a group of more than three members counts as large, and four users of it.
async fn of_three(world: &World) -> (World, Vec<String>) {
    let small = World::with(world.backend, |builder| builder.answered_members(3)).await.unwrap();
    let mut users = Vec::new();
    for name in ["a@x.y", "b@x.y", "c@x.y", "d@x.y"] {
        users.push(small.user(name).await);
    }
    (small, users)
}

on_each_database! {
    async fn a_group_at_the_bound_is_answered_whole(world: World) {
        let (small, users) = of_three(world).await;
        let group = small.group("Engineering", &[&users[0], &users[1]]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": users[2] }] }]);
        let answer = small.patch(&format!("/Groups/{group}"), add).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["members"].as_array().unwrap().len(), 3);
        small.close().await;
    }

    async fn a_group_past_the_bound_answers_with_its_tag_alone(world: World) {
        let (small, users) = of_three(world).await;
        let group = small.group("Engineering", &[&users[0], &users[1], &users[2]]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": users[3] }] }]);
        let answer = small.patch(&format!("/Groups/{group}"), add).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert!(answer.header("content-type").is_none());
        let got = small.get(&format!("/Groups/{group}")).await;
        assert_eq!(answer.header("etag"), got.header("etag"));
        assert_eq!(answer.header("location"), got.body["meta"]["location"].as_str());
        assert_eq!(got.body["members"].as_array().unwrap().len(), 4);
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "Research" }]);
        assert_eq!(small.patch(&format!("/Groups/{group}"), rename).await.status, 204);
        small.close().await;
    }

    async fn a_large_group_is_answered_where_attributes_are_asked_for(world: World) {
        let (small, users) = of_three(world).await;
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let group = small.group("Engineering", &users).await;
        let asked = small.patch(&format!("/Groups/{group}?attributes=members"), json!([])).await;
        assert_eq!(asked.status, 200);
        assert_eq!(asked.body["members"].as_array().unwrap().len(), 4);
        let excluded = small.patch(&format!("/Groups/{group}?excludedAttributes=members"), json!([])).await;
        assert_eq!((excluded.status, &excluded.body["displayName"]), (200, &json!("Engineering")));
        assert!(excluded.body.get("members").is_none());
        small.close().await;
    }

    async fn a_group_that_shrinks_to_the_bound_is_answered_again(world: World) {
        let (small, users) = of_three(world).await;
        let members: Vec<&str> = users.iter().map(String::as_str).collect();
        let group = small.group("Engineering", &members).await;
        let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", users[0]) }]);
        let answer = small.patch(&format!("/Groups/{group}"), remove).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["members"].as_array().unwrap().len(), 3);
        small.close().await;
    }

    async fn nested_groups_count_as_members(world: World) {
        let (small, users) = of_three(world).await;
        let (one, two) = (small.group("One", &[]).await, small.group("Two", &[]).await);
        let group = small.group("Engineering", &[&users[0], &users[1], &one, &two]).await;
        assert_eq!(small.patch(&format!("/Groups/{group}"), json!([])).await.status, 204);
        small.close().await;
    }
}
