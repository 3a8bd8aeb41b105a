//! Clocks differ, and none of them is trusted alone.

use fleet_scim::{
    entity::{scim_change, scim_request},
    sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait},
};
use serde_json::json;

use crate::{on_each_database, world::World};

const DAY: i64 = 24 * 3600 * 1000;

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

on_each_database! {
    /// The last change was made by a process whose clock is a day ahead.
    async fn times_of_a_resource_never_go_back(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("g", &[&ava]).await;
        let ahead = now() + DAY;
        for table in ["scim_users", "scim_groups"] {
            let sql = format!("UPDATE {table} SET updated_at = {ahead}, created_at = {ahead}");
            world.writer.execute_unprepared(&sql).await.unwrap();
        }
        let seen = world.get(&format!("/Users/{ava}")).await.body["meta"]["lastModified"].as_str().unwrap().to_owned();
        let patched = world.patch(&format!("/Users/{ava}"), json!([{ "op": "replace", "value": { "title": "Dr" } }])).await;
        let changed = patched.body["meta"]["lastModified"].as_str().unwrap();
        assert!(changed > seen.as_str(), "{changed} is after {seen}");
        assert!(patched.body["meta"]["created"].as_str().unwrap() <= changed);
        assert_eq!(world.ids("/Users", &format!("meta.lastModified gt \"{seen}\"")).await, [ava.as_str()]);

        let renamed = world.patch(&format!("/Groups/{group}"), json!([{ "op": "replace", "value": { "displayName": "h" } }])).await;
        assert!(renamed.body["meta"]["lastModified"].as_str().unwrap() > seen.as_str(), "{}", renamed.text);
        let before = renamed.body["meta"]["lastModified"].as_str().unwrap().to_owned();
        world.delete(&format!("/Users/{ava}")).await;
        let without = world.get(&format!("/Groups/{group}")).await;
        assert!(without.body["meta"]["lastModified"].as_str().unwrap() > before.as_str(), "{}", without.text);
    }

    /// All entries seem to be 40 days old: the clocks of this process and of the database are 40 days ahead of the one
    /// that wrote them.
    async fn a_clock_that_is_forty_days_ahead_erases_no_change(world: World) {
        let entry = |changed_at: i64| scim_change::ActiveModel {
            changed_at: Set(changed_at), request_id: Set(String::new()), kind: Set("user.created".into()), ..Default::default()
        };
        let there = now() - 40 * DAY;
        for _ in 0..3 {
            let entries: Vec<_> = (0..1000).map(|_| entry(there)).collect();
            scim_change::Entity::insert_many(entries).exec_without_returning(&world.writer).await.unwrap();
        }
        world.scim.worker(tokio::time::sleep(std::time::Duration::from_millis(100))).await;
        assert_eq!(scim_change::Entity::find().all(&world.writer).await.unwrap().len(), 3000);
    }

    /// The last request failed in a process whose clock is behind. The one before it succeeded in a process whose clock
    /// is ahead.
    async fn the_last_request_is_the_one_that_was_written_last_whatever_the_clocks_say(world: World) {
        let request = |ended_at: i64, status: i16| scim_request::ActiveModel {
            connection_id: Set(1), requested_at: Set(ended_at), ended_at: Set(ended_at), method: Set("GET".into()),
            route: Set("/Users".into()), status: Set(status), details: Set(format!("{status}")), ..Default::default()
        };
        for row in [request(now() + DAY, 200), request(now() - DAY, 400)] {
            scim_request::Entity::insert(row).exec_without_returning(&world.writer).await.unwrap();
        }
        assert_eq!(world.last_request().await["status"], "error");
    }
}
