//! A request that loses a deadlock in the middle of its transaction begins again, and does what it was asked exactly
//! once.

use std::time::Duration;

use fleet_scim::sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use serde_json::json;

use super::keeps_what_it_acknowledges;
use crate::{on_each_database, world::World};

on_each_database! {
    /// The request holds the group and waits for the user, so the server rolls its transaction back. MariaDB reports
    /// 1213, and what followed on that database connection would commit by itself. On SQLite the request waits until
    /// the other transaction ends.
    async fn a_request_that_loses_a_deadlock_is_done_once(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("g", &[]).await;
        let row = group.trim_start_matches("group-");
        let pool = world.another_pool().await;
        pool.execute_unprepared("CREATE TABLE weights (number BIGINT)").await.unwrap();
        let other = pool.begin().await.unwrap();
        // This is more rows than the request writes: MariaDB rolls back the transaction that wrote less. PostgreSQL
        // rolls back the one that waited first.
        let weights: Vec<String> = (0..500).map(|number| format!("({number})")).collect();
        other.execute_unprepared(&format!("INSERT INTO weights VALUES {}", weights.join(", "))).await.unwrap();
        let hold_user = format!("UPDATE scim_users SET user_name_key = 'held@x.y' WHERE id = {ava}");
        other.execute_unprepared(&hold_user).await.unwrap();

        let path = format!("/Groups/{group}");
        let patch = json!([
            { "op": "add", "path": "members", "value": [{ "value": ava }] },
            { "op": "replace", "path": "displayName", "value": "renamed" },
        ]);
        let collide = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let wait_for_group = format!("UPDATE scim_groups SET version = version WHERE id = {row}");
            other.execute_unprepared(&wait_for_group).await.unwrap();
            other.rollback().await.unwrap();
        };
        let (answer, ()) = tokio::join!(world.patch(&path, patch), collide);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!((&answer.body["displayName"], &answer.body["meta"]["version"]), (&json!("renamed"), &json!("W/\"2\"")));
        assert_eq!(world.members(&group).await, [ava.as_str()]);
        let entries = format!("SELECT kind FROM scim_changes WHERE group_id = {row}");
        let entries = pool.query_all_raw(Statement::from_string(pool.get_database_backend(), entries)).await.unwrap();
        assert_eq!(entries.len(), 3, "created, changed, members");
        pool.close().await.unwrap();
        keeps_what_it_acknowledges(world).await;
    }
}
