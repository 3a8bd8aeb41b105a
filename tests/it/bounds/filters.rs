//! The depth and length of a filter, in queries, searches and paths.

use serde_json::json;

use super::assert_refused;
use crate::{on_each_database, world::World};

fn nested(depth: usize, open: &str) -> String {
    format!("{}userName pr{}", open.repeat(depth), ")".repeat(depth))
}

/// Returns a filter of exactly this many bytes that finds the user `a`.
fn of_length(length: usize) -> String {
    let filter = "userName eq \"a\"";
    format!("{}{filter}", " ".repeat(length - filter.len()))
}

on_each_database! {
    async fn a_filter_is_32_levels_deep_at_most(world: World) {
        let id = world.user("a").await;
        for open in ["(", "not ("] {
            let filter = nested(32, open);
            let found = world.ids("/Users", &filter).await;
            assert_eq!(found, [id.as_str()], "an even number of negations");
            assert_refused(&world.find("/Users", &nested(33, open)).await, "invalidFilter", "32");
            let search = world.post("/.search", json!({ "filter": nested(33, open) })).await;
            assert_refused(&search, "invalidFilter", "32");
        }
        assert_refused(&world.find("/Users", &nested(2000, "(")).await, "invalidFilter", "32");
    }

    async fn a_filter_has_8192_bytes_at_most(world: World) {
        let id = world.user("a").await;
        assert_eq!(world.ids("/Users", &of_length(8192)).await, [id]);
        assert_refused(&world.find("/Users", &of_length(8193)).await, "invalidFilter", "8192");
        let search = world.post("/Users/.search", json!({ "filter": of_length(8193) })).await;
        assert_refused(&search, "invalidFilter", "8192");
    }

    async fn a_filter_of_many_comparisons_is_evaluated(world: World) {
        // SQLite refuses an expression of more than 1000 levels.
        let id = world.user("a").await;
        for (word, joiner, count) in
            [("id pr", " or ", 500), ("title pr", " or ", 12), ("id pr", " and ", 500), ("userName pr", " and ", 50)]
        {
            let filter = vec![word; count].join(joiner);
            let expected: &[&str] = if word == "title pr" { &[] } else { &[&id] };
            assert_eq!(world.ids("/Users", &filter).await, expected, "{count} times {word}{joiner}");
        }
        let names: Vec<String> = (0..400).map(|at| format!("userName eq \"{}\"", at % 10)).collect();
        assert!(world.ids("/Users", &names.join(" or ")).await.is_empty());
        let titles: Vec<String> = (0..12).map(|at| format!("not (title eq \"{at}\")")).collect();
        assert_eq!(world.ids("/Users", &titles.join(" and ")).await, [id]);
    }

    /// The cost depends on the filter alone, so a client's filter works or fails the same every day.
    async fn a_filter_that_costs_too_much_names_what_costs_most(world: World) {
        let filters = [
            ("/Users", "groups.display co \"x\"", "groups", 10),
            ("/Users", "emails.value eq \"a@x.y\"", "emails", 10),
            ("/Users", "phoneNumbers[type eq \"a\"]", "phonenumbers", 10),
            ("/Users", "title eq \"a\"", "title", 12),
            ("/Users", "hosts pr", "hosts", 5),
            ("/Users", "userName co \"a\"", "username", 50),
            ("/Users", "groups eq \"group-1\"", "groups", 50),
            ("/Groups", "members.type eq \"User\"", "members", 5),
            ("/Groups", "displayName sw \"a\"", "displayname", 50),
        ];
        for (endpoint, comparison, name, most) in filters {
            for word in [" or ", " and "] {
                let of = |times: usize| vec![comparison; times].join(word);
                assert_eq!(world.find(endpoint, &of(most)).await.status, 200, "{most} times {comparison}");
                assert_refused(&world.find(endpoint, &of(most + 1)).await, "tooMany", name);
                let negated = format!("not ({})", of(most + 1));
                assert_refused(&world.find(endpoint, &negated).await, "tooMany", name);
                let search = json!({ "filter": of(most + 1) });
                assert_refused(&world.post(&format!("{endpoint}/.search"), search.clone()).await, "tooMany", name);
                assert_refused(&world.post("/.search", search).await, "tooMany", name);
            }
        }
    }

    async fn a_path_has_8192_bytes_at_most(world: World) {
        let id = world.user("a").await;
        let path = |length: usize| {
            let path = "emails[type eq \"work\"].value";
            format!("{}{path}", " ".repeat(length - path.len()))
        };
        let replace = |length: usize| json!([{ "op": "replace", "path": path(length), "value": "a@x.y" }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), replace(8192)).await.status, 200);
        assert_refused(&world.patch(&format!("/Users/{id}"), replace(8193)).await, "invalidPath", "8192");
    }

    async fn a_filter_in_a_path_is_32_levels_deep_at_most(world: World) {
        let id = world.user("a").await;
        let path = format!("emails[{}type eq \"work\"{}].value", "(".repeat(33), ")".repeat(33));
        let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": path }])).await;
        assert_refused(&answer, "invalidFilter", "32");
    }

    async fn many_hosts_in_a_filter_are_planned_at_once(world: World) {
        let id = world.user("a@x.y").await;
        world.host(1, &fleet_scim::hosts::Source::Custom, "a@x.y").await;
        for words in [["hosts pr"; 5].join(" and "), ["hosts eq \"1\""; 5].join(" and ")] {
            let began = std::time::Instant::now();
            assert_eq!(world.ids("/Users", &words).await, [id.as_str()]);
            assert!(began.elapsed().as_secs() < 20, "{:?} for {}", began.elapsed(), &words[..20]);
        }
    }

    async fn a_projection_names_500_attributes_at_most(world: World) {
        world.user("a@x.y").await;
        let names = |count: usize| vec!["title"; count].join(",");
        let search = |count| world.post("/Users/.search", json!({ "excludedAttributes": names(count) }));
        assert_eq!(search(500).await.status, 200);
        assert_refused(&search(501).await, "tooMany", "500");
    }
}
