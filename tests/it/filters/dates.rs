//! `meta.created` and `meta.lastModified` compare as instants, however they are written.

use chrono::{DateTime, Duration, FixedOffset, SecondsFormat};
use serde_json::json;

use super::{finds, refused};
use crate::{on_each_database, world::World};

async fn times_of(world: &World, id: &str) -> [DateTime<FixedOffset>; 2] {
    let meta = world.get(&format!("/Users/{id}")).await.body["meta"].clone();
    ["created", "lastModified"].map(|name| meta[name].as_str().unwrap().parse().unwrap())
}

fn written(instant: DateTime<FixedOffset>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

on_each_database! {
    async fn an_instant_has_an_order(world: World) {
        let id = world.user("ava").await;
        let [created, _] = times_of(world, &id).await;
        let (before, at, after) = (
            written(created - Duration::milliseconds(1)),
            written(created),
            written(created + Duration::milliseconds(1)),
        );
        let only: &[&str] = &["ava"];
        for (operator, of_before, of_same, of_after) in [
            ("eq", &[][..], only, &[][..]),
            ("ne", only, &[][..], only),
            ("gt", only, &[][..], &[][..]),
            ("ge", only, only, &[][..]),
            ("lt", &[][..], &[][..], only),
            ("le", &[][..], only, only),
        ] {
            for name in ["meta.created", "META.LASTMODIFIED"] {
                finds(world, &[
                    (&format!(r#"{name} {operator} "{before}""#), of_before),
                    (&format!(r#"{name} {operator} "{at}""#), of_same),
                    (&format!(r#"{name} {operator} "{after}""#), of_after),
                ]).await;
            }
        }
    }

    async fn an_instant_is_the_same_in_each_zone_and_precision(world: World) {
        let id = world.user("ava").await;
        let [created, _] = times_of(world, &id).await;
        let india = created.with_timezone(&FixedOffset::east_opt(19_800).unwrap());
        let chile = created.with_timezone(&FixedOffset::west_opt(10_800).unwrap());
        for text in [
            created.to_rfc3339_opts(SecondsFormat::Nanos, true),
            created.to_rfc3339_opts(SecondsFormat::Micros, false),
            india.to_rfc3339_opts(SecondsFormat::Millis, false),
            chile.to_rfc3339_opts(SecondsFormat::Nanos, false),
            chile.format("%Y-%m-%dT%H:%M:%S%.3f%z").to_string(),
            created.format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        ] {
            finds(world, &[(&format!(r#"meta.created eq "{text}""#), &["ava"])]).await;
        }
    }

    async fn a_day_long_ago_and_one_far_ahead_are_instants(world: World) {
        world.user("ava").await;
        finds(world, &[
            (r#"meta.created gt "1969-12-31T23:59:59Z""#, &["ava"]),
            (r#"meta.created gt "2011-05-13T04:42:34Z" and meta.created lt "9999-12-31T23:59:59.999Z""#, &["ava"]),
            (r#"meta.created lt "2011-05-13T04:42:34.123+02:00""#, &[]),
        ]).await;
    }

    async fn a_change_moves_last_modified_alone(world: World) {
        let id = world.user("ava").await;
        let [created, _] = times_of(world, &id).await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let title = json!([{ "op": "replace", "path": "title", "value": "Lead" }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), title).await.status, 200);
        let at = written(created);
        finds(world, &[
            (&format!(r#"meta.lastModified gt "{at}""#), &["ava"]),
            (&format!(r#"meta.created gt "{at}""#), &[]),
            (&format!(r#"meta.created eq "{at}""#), &["ava"]),
        ]).await;
    }

    async fn what_is_no_date_is_refused(world: World) {
        world.user("ava").await;
        refused(world, "/Users", &[
            r#"meta.created gt "yesterday""#,
            r#"meta.created gt "2026-13-01T00:00:00Z""#,
            "meta.created gt 1700000000",
            "meta.lastModified eq true",
            r#"meta.created co "2026""#,
            r#"meta.created sw "2026-11""#,
        ]).await;
    }
}
