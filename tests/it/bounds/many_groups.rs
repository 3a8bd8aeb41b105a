//! A user in more groups than a statement can have parameters: 32,766 on SQLite, 65,535 elsewhere.

use fleet_scim::{
    entity::scim_change,
    sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter},
};
use serde_json::json;

use crate::{
    databases::Backend,
    on_each_database,
    world::{Answer, World},
};

const SQLITE: usize = 33_000;
/// Two users in so many have more than a page holds.
const OTHERS: usize = 66_000;
/// In which one leaves all groups by another way than the deletion.
const FEWER: usize = 33_000;
const RESOURCE: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"g"}"#;

/// Inserts this many groups in bulk, each with these users as members.
pub async fn join_groups(world: &World, users: &[&str], groups: usize) {
    let numbers: Vec<usize> = (1..=groups).collect();
    for chunk in numbers.chunks(5000) {
        let groups =
            chunk.iter().map(|number| format!("({number}, 1, 'g{number}', 'g{number}', '{RESOURCE}', 1, 0, 0)"));
        let members = users.iter().flat_map(|user| chunk.iter().map(move |number| format!("(1, {number}, {user})")));
        for sql in [
            format!(
                "INSERT INTO scim_groups (id, connection_id, display_name, display_name_key, resource, version, created_at, updated_at)
                 VALUES {}",
                groups.collect::<Vec<_>>().join(",")
            ),
            format!(
                "INSERT INTO scim_user_group (connection_id, group_id, user_id) VALUES {}",
                members.collect::<Vec<_>>().join(",")
            ),
        ] {
            world.writer.execute_unprepared(&sql).await.unwrap();
        }
    }
}

/// More groups than a statement has parameters.
fn groups(world: &World) -> usize {
    if world.backend == Backend::Sqlite { SQLITE } else { OTHERS }
}

on_each_database! {
    async fn a_user_of_any_number_of_groups_can_be_deleted(world: World) {
        let ava = world.user("ava@x.y").await;
        let groups = groups(world);
        join_groups(world, &[&ava], groups).await;
        let deleted = world.delete(&format!("/Users/{ava}")).await;
        assert_eq!(deleted.status, 204, "{}", deleted.text);
        let group = world.get(&format!("/Groups/group-{groups}")).await;
        assert_eq!((&group.body["meta"]["version"], &group.body["members"]), (&json!("W/\"2\""), &json!([])));
    }

    async fn another_person_leaves_any_number_of_groups_of_the_first(world: World) {
        let body = json!({ "userName": "ava@x.y", "externalId": "first", "active": false });
        let ava = world.created("/Users", body).await;
        join_groups(world, &[&ava], FEWER).await;
        let second = world.post("/Users", json!({ "userName": "ava@x.y", "externalId": "second" })).await;
        assert_eq!((second.status, &second.body["groups"]), (201, &json!([])), "{}", second.text);
        let left = scim_change::Entity::find().filter(scim_change::Column::Kind.eq("membership.removed"));
        assert_eq!(left.count(&world.writer).await.unwrap(), FEWER as u64);
    }

    async fn a_page_ends_where_its_users_are_in_too_many_groups(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        join_groups(world, &[&ava, &sam], OTHERS).await;
        let of = |page: &Answer| -> Vec<String> {
            assert_eq!(page.body["totalResults"], 2, "{}", page.status);
            let users = page.body["Resources"].as_array().unwrap().iter();
            users.map(|user| format!("{} {}", user["id"].as_str().unwrap(), user["groups"].as_array().unwrap().len())).collect()
        };
        let expected = [format!("{ava} {OTHERS}"), format!("{sam} {OTHERS}")];
        for (at, expected) in expected.iter().enumerate() {
            let page = of(&world.get(&format!("/Users?startIndex={}", at + 1)).await);
            assert_eq!(page, [expected.as_str()], "by index");
            let search = json!({ "filter": "userName pr", "sortBy": "id", "startIndex": at + 1 });
            assert_eq!(of(&world.post("/.search", search).await), [expected.as_str()], "by search");
        }
    }
}
