//! `and`, `or`, `not` and parentheses.

use super::{finds, people};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn and_binds_before_or(world: World) {
        people(world).await;
        finds(world, &[
            (r#"userName eq "cy" or active eq true and title co "lead""#, &["Ava", "cy"]),
            (r#"title co "lead" and active eq true or userName eq "cy""#, &["Ava", "cy"]),
            (r#"userName eq "ava" or userName eq "cy" and active eq false"#, &["Ava"]),
        ]).await;
    }

    async fn parentheses_bind_before_and(world: World) {
        people(world).await;
        finds(world, &[
            (r#"(userName eq "ava" or userName eq "cy") and active eq false"#, &[]),
            (r#"(userName eq "ava" or userName eq "cy") and title pr"#, &["Ava"]),
            (r#"((userName eq "ava") or ((userName eq "cy")))"#, &["Ava", "cy"]),
        ]).await;
    }

    async fn not_negates_what_stands_in_its_parentheses(world: World) {
        people(world).await;
        finds(world, &[
            (r#"not (userName eq "ava")"#, &["ben", "cy"]),
            (r#"not (userName eq "ava") and active eq true"#, &["cy"]),
            (r#"active eq true and not (userName eq "ava")"#, &["cy"]),
            (r#"not (userName eq "ava" or userName eq "ben")"#, &["cy"]),
            (r#"not (userName eq "ava" and active eq true)"#, &["ben", "cy"]),
            (r#"not (not (userName eq "ava"))"#, &["Ava"]),
            (r#"NOT(userName eq "ava")"#, &["ben", "cy"]),
        ]).await;
    }

    async fn words_and_blanks_are_free(world: World) {
        people(world).await;
        finds(world, &[
            (r#"  userName   Eq   "ava"   OR   userName EQ "cy"  "#, &["Ava", "cy"]),
            (r#"(userName eq "ava")and(title pr)"#, &["Ava"]),
            ("userName eq \"ava\"\tAnd\ttitle PR", &["Ava"]),
        ]).await;
    }

    async fn a_filter_of_blanks_is_no_filter(world: World) {
        people(world).await;
        for path in ["/Users?filter=", "/Users?filter=%20", "/Users"] {
            assert_eq!(world.get(path).await.body["totalResults"], 3, "{path}");
        }
    }

    async fn the_total_counts_matches_on_all_pages(world: World) {
        let [ava, _, cy] = people(world).await;
        let first = world.get("/Users?filter=active%20eq%20true&count=1").await;
        assert_eq!(first.body["totalResults"], 2);
        assert_eq!(first.body["Resources"][0]["id"], ava);
        let second = world.get("/Users?filter=active%20eq%20true&count=1&startIndex=2").await;
        assert_eq!(second.body["totalResults"], 2);
        assert_eq!(second.body["Resources"][0]["id"], cy);
        let none = world.get("/Users?filter=active%20eq%20true&count=0").await;
        assert_eq!((&none.body["totalResults"], &none.body["itemsPerPage"]), (&2.into(), &0.into()));
    }

    async fn a_search_by_post_filters_the_same(world: World) {
        let [ava, ..] = people(world).await;
        let body = serde_json::json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": r#"emails[type eq "work"] and not (active eq false)"#,
        });
        let found = world.post("/Users/.search", body).await;
        assert_eq!(found.status, 200, "{}", found.text);
        assert_eq!(found.body["totalResults"], 1);
        assert_eq!(found.body["Resources"][0]["id"], ava);
    }
}
