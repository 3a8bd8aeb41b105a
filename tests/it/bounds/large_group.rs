//! A group of 100,000 members in one body.

use serde_json::{Value, json};

use super::users;
use crate::{
    databases::Backend,
    world::{GROUP, World, keep},
};

async fn a_put_holds_every_member_of_a_large_group(world: &World) {
    let ids = users(world, 100_000).await;
    let group = world.group("Everybody", &[]).await;
    let member = |id: &i64| json!({ "value": id.to_string(), "display": format!("user{id}@example.com") });
    let members: Vec<Value> = ids.iter().map(member).collect();
    let body = json!({ "schemas": [GROUP], "displayName": "Everybody", "members": members });
    let answer = world.put(&format!("/Groups/{group}?excludedAttributes=members"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let listed = world.members(&group).await;
    assert_eq!(listed.len(), 100_000);
    assert_eq!((&listed[0], &listed[99_999]), (&ids[0].to_string(), &ids[99_999].to_string()));
    let one = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) }]);
    assert_eq!(world.patch(&format!("/Groups/{group}"), one).await.status, 204);
    let user = world.get(&format!("/Users/{}", ids[0])).await;
    assert_eq!(user.body["groups"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    keep(Backend::Sqlite, async |world| a_put_holds_every_member_of_a_large_group(world).await).await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        keep(Backend::Postgres, async |world| a_put_holds_every_member_of_a_large_group(world).await).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn mysql() {
        keep(Backend::MySql, async |world| a_put_holds_every_member_of_a_large_group(world).await).await;
    }
}
