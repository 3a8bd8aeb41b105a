//! What one request may ask for. At each bound the request is served; past it the request is refused, and the error
//! names the bound.

mod alone;
mod bodies;
mod bulk;
mod costs;
mod documents;
mod filters;
mod large_group;
mod many_groups;
mod memberships;
mod pages;
mod plan;
mod values;

use fleet_scim::{
    entity::scim_user,
    sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect},
};

use crate::world::{Answer, World};

/// The value of a prefix column if the attribute is missing.
const MISSING: &str = "\u{10ffff} ";

/// Inserts this many users in bulk, without requests, and returns their ids.
async fn users(world: &World, count: usize) -> Vec<i64> {
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(5000) {
        let row = |number: &usize| {
            let resource = format!(
                r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u{number}","active":true}}"#
            );
            format!("(1, 'u{number}', 'u{number}', '{MISSING}', '{MISSING}', '{MISSING}', TRUE, '{resource}', 1, 0, 0)")
        };
        let rows: Vec<String> = chunk.iter().map(row).collect();
        let columns = "connection_id, user_name, user_name_key, family_name_prefix, display_name_prefix, department_prefix, active, resource, version, created_at, updated_at";
        let sql = format!("INSERT INTO scim_users ({columns}) VALUES {}", rows.join(", "));
        world.writer.execute_unprepared(&sql).await.unwrap();
    }
    let counted =
        format!("INSERT INTO scim_counts (connection_id, resource_type, shard, resources) VALUES (1, 0, -1, {count})");
    world.writer.execute_unprepared(&counted).await.unwrap();
    let ids = scim_user::Entity::find().select_only().column(scim_user::Column::Id);
    let ids = ids.filter(scim_user::Column::ConnectionId.eq(1)).order_by_asc(scim_user::Column::Id);
    ids.into_tuple().all(&world.writer).await.unwrap()
}

/// Checks that an answer is a refusal with this `scimType` that names this bound.
fn assert_refused(answer: &Answer, scim_type: &str, bound: &str) {
    assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some(scim_type)), "{}", answer.text);
    assert!(answer.detail().contains(bound), "{}", answer.detail());
}
