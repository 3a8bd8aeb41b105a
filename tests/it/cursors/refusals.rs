//! Cursors that are refused.

use std::time::Duration;

use fleet_scim::poem::http::Method;

use super::{cursor, page, people};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn a_cursor_opens_for_its_own_query_alone(world: World) {
        people(world, 5).await;
        let first = page(world, "count=2&sortBy=userName", "").await;
        let next = cursor(&first, "nextCursor").unwrap();
        let changed = format!("{}{}", &next[..next.len() - 1], if next.ends_with('A') { 'B' } else { 'A' });
        for (path, what) in [
            (format!("/Users?count=2&cursor={next}"), "another order"),
            (format!("/Users?count=2&sortBy=userName&sortOrder=descending&cursor={next}"), "the other way"),
            (format!("/Users?count=2&sortBy=userName&filter=title%20pr&cursor={next}"), "a filter"),
            (format!("/Groups?count=2&sortBy=userName&cursor={next}"), "another type"),
            (format!("/Users?count=2&sortBy=userName&cursor={changed}"), "a changed cursor"),
            ("/Users?count=2&sortBy=userName&cursor=abc".to_owned(), "no cursor"),
            ("/Users?count=2&sortBy=userName&cursor=%00%C3%A4%20".to_owned(), "no text of a cursor"),
        ] {
            let answer = world.get(&path).await;
            let of = (answer.status, answer.body["scimType"].as_str());
            if path.starts_with("/Groups") {
                assert_eq!(answer.status, 400, "{what}");
            } else {
                assert_eq!(of, (400, Some("invalidCursor")), "{what}: {}", answer.text);
                assert!(answer.detail().contains("empty cursor"), "{what}");
            }
        }
    }

    async fn a_cursor_opens_for_its_own_connection_alone(world: World) {
        people(world, 3).await;
        world.scim.ensure_connection("other").await.unwrap();
        let first = page(world, "count=2", "").await;
        let path = format!("/Users?count=2&cursor={}", cursor(&first, "nextCursor").unwrap());
        let answer = world.send(world.request(Method::GET, &path, "other").finish()).await;
        assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some("invalidCursor")));
    }

    async fn a_count_is_the_same_on_every_page_and_never_above_the_bound(world: World) {
        people(world, 5).await;
        let first = page(world, "count=2", "").await;
        let next = cursor(&first, "nextCursor").unwrap();
        for path in [format!("/Users?count=3&cursor={next}"), "/Users?count=201&cursor=".to_owned()] {
            let answer = world.get(&path).await;
            assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some("invalidCount")), "{path}");
        }
        let rest = world.get(&format!("/Users?cursor={next}")).await;
        assert_eq!(rest.body["itemsPerPage"], 2, "left out it is the first query's");
        assert_eq!(world.get("/Users?count=201").await.status, 200, "by index it is cut");
        let both = world.get(&format!("/Users?startIndex=1&count=2&cursor={next}")).await;
        assert_eq!((both.status, both.body["scimType"].as_str()), (400, Some("invalidValue")));
    }

    async fn an_old_cursor_has_expired(world: World) {
        people(world, 3).await;
        let brief = World::with(world.backend, |builder| builder.cursor_timeout(Duration::from_millis(1))).await.unwrap();
        people(&brief, 3).await;
        let first = page(&brief, "count=2", "").await;
        tokio::time::sleep(Duration::from_millis(10)).await;
        let answer = brief.get(&format!("/Users?count=2&cursor={}", cursor(&first, "nextCursor").unwrap())).await;
        assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some("expiredCursor")));
        assert!(answer.detail().contains("begin again"));
        brief.close().await;
    }

    async fn another_process_opens_a_cursor_after_a_restart(world: World) {
        people(world, 3).await;
        let first = page(world, "count=2&sortBy=userName", "").await;
        let path = format!("/Users?count=2&sortBy=userName&cursor={}", cursor(&first, "nextCursor").unwrap());
        let elsewhere = world.sibling().await;
        let answer = world.send_to(&elsewhere, world.request(Method::GET, &path, "admin").finish()).await;
        assert_eq!((answer.status, answer.body["itemsPerPage"].as_u64()), (200, Some(1)), "{}", answer.text);
    }

    async fn no_page_after_the_first_counts(world: World) {
        people(world, 9).await;
        for asked in ["count=2", "count=2&sortBy=title", "count=2&filter=active%20pr"] {
            let (statements, first) = world.statements_of(page(world, asked, "")).await;
            let next = cursor(&first, "nextCursor").unwrap().to_owned();
            let (later, _) = world.statements_of(page(world, asked, &next)).await;
            assert!(later < statements, "{asked}: {later} statements after {statements}");
            assert_eq!(later, 1, "{asked}");
        }
    }

    async fn a_cursor_does_not_show_who_stands_where(world: World) {
        people(world, 3).await;
        let first = page(world, "count=2&sortBy=userName", "").await;
        let next = cursor(&first, "nextCursor").unwrap();
        assert!(next.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "safe in a URL: {next}");
        let again = page(world, "count=2&sortBy=userName", "").await;
        assert_ne!(cursor(&again, "nextCursor").unwrap(), next, "the same place never looks the same");
    }
}
