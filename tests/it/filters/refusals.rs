//! A filter that cannot be evaluated is answered with 400 `invalidFilter` and the reason.

use std::time::Duration;

use tokio::time::timeout;

use super::{people, refused};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn an_unknown_attribute_is_refused(world: World) {
        people(world).await;
        refused(world, "/Users", &[
            r#"favoriteColor eq "blue""#,
            "favoriteColor pr",
            r#"name.nickname eq "x""#,
            r#"emails.domain eq "x""#,
            r#"emails[domain eq "x"]"#,
            r#"userName eq "ava" or favoriteColor eq "blue""#,
            "not (favoriteColor pr)",
            r#"urn:ietf:params:scim:schemas:core:2.0:User:color eq "x""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:color eq "x""#,
        ]).await;
        let answer = world.find("/Users", r#"favoriteColor eq "blue""#).await;
        assert!(answer.detail().contains("favoriteColor"), "{}", answer.detail());
    }

    async fn an_impossible_comparison_is_refused(world: World) {
        people(world).await;
        refused(world, "/Users", &[
            "userName eq true",
            "active eq 1",
            r#"active eq "yes""#,
            "active gt true",
            "active co true",
            r#"active sw "t""#,
            "name eq \"Ava\"",
            r#"addresses eq "Oslo""#,
            r#"meta eq "x""#,
        ]).await;
    }

    async fn a_text_outside_the_grammar_is_refused(world: World) {
        people(world).await;
        refused(world, "/Users", &[
            "userName",
            "userName eq",
            "userName co ava",
            "userName eq and",
            "userName eq 'ava'",
            r#"userName is "ava""#,
            r#"userName eq "ava"#,
            r#"userName eq "ava" userName eq "ben""#,
            r#"userName eq "ava" and"#,
            r#"or userName eq "ava""#,
            r#"(userName eq "ava""#,
            r#"userName eq "ava")"#,
            r#"not userName eq "ava""#,
            r#""ava" eq userName"#,
            r#"emails[type eq "work""#,
            r#"emails[type eq "work"].value"#,
            r#"userName[type eq "work"]"#,
            r#"emails[addresses[type eq "x"]]"#,
            r#"userName eq "\x""#,
            "a-very.long.path pr",
            "user'Name pr",
        ]).await;
    }

    async fn what_is_never_kept_cannot_be_asked(world: World) {
        people(world).await;
        refused(world, "/Users", &[r#"password eq "secret""#, "password pr", r#"meta.version eq "1""#]).await;
    }

    async fn a_refusal_is_the_same_in_a_search_by_post(world: World) {
        people(world).await;
        let answer = world.post("/Users/.search", serde_json::json!({ "filter": "favoriteColor pr" })).await;
        assert_eq!((answer.status, &answer.body["scimType"]), (400, &"invalidFilter".into()));
    }

    async fn the_depth_is_bounded(world: World) {
        people(world).await;
        let nested = |levels: usize| format!("{}title pr{}", "(".repeat(levels), ")".repeat(levels));
        assert_eq!(world.find("/Users", &nested(32)).await.body["totalResults"], 2);
        refused(world, "/Users", &[&nested(33), &nested(2000), &"not (".repeat(1000)]).await;
        assert!(world.find("/Users", &nested(33)).await.detail().contains("32"));
    }

    async fn the_length_is_bounded(world: World) {
        people(world).await;
        let long = |bytes: usize| format!("title ne \"{}\"", "x".repeat(bytes - 11));
        assert_eq!(world.find("/Users", &long(8192)).await.body["totalResults"], 3);
        refused(world, "/Users", &[&long(8193)]).await;
        assert!(world.find("/Users", &long(8193)).await.detail().contains("8192"));
    }

    async fn as_many_comparisons_as_fit_are_answered_at_once(world: World) {
        let [ava, ben, _] = people(world).await;
        let group = world.group("Crew", &[&ava, &ben]).await;
        let comparisons = [
            (r#"emails[type eq "home"]"#.to_owned(), 10),
            (r#"emails.value co "@""#.to_owned(), 10),
            ("name.givenName pr".to_owned(), 12),
            ("groups pr".to_owned(), 5),
            (format!(r#"groups eq "{group}""#), 50),
            (r#"groups.display eq "crew""#.to_owned(), 10),
        ];
        // The smallest filters come first: a database may plan a join of many tables for hours, and continues after the
        // client has left.
        for most in [4, 5, 7, 8, 9, 50] {
            for (comparison, bound) in &comparisons {
                for word in [" and ", " or "] {
                    let number = most.min(*bound);
                    let filter = vec![comparison.as_str(); number].join(word);
                    let found = timeout(Duration::from_secs(2), world.find("/Users", &filter)).await;
                    assert!(found.is_ok(), "{number} times {comparison}{word}");
                    assert_eq!(found.unwrap().body["totalResults"], 2, "{number} times {comparison}{word}");
                }
            }
        }
    }
}
