//! Attributes of extensions that no schema describes: strings compare without regard to case, numbers and booleans as
//! such.

use serde_json::json;

use super::finds;
use crate::{
    on_each_database,
    world::{USER, World},
};

const BADGE: &str = "urn:example:params:badge:1.0:User";

async fn people(world: &World) {
    for (user_name, badge) in [
        ("ava", json!({ "color": "Blue", "level": 3, "master": true, "site": { "city": "Oslo" } })),
        ("ben", json!({ "color": "green", "level": 10, "master": false })),
        ("cy", json!({ "color": "3", "level": "3", "master": "true" })),
        ("di", json!({ "level": -2.5 })),
    ] {
        world.created("/Users", json!({ "schemas": [USER, BADGE], "userName": user_name, BADGE: badge })).await;
    }
    world.user("eve").await;
}

on_each_database! {
    async fn texts_of_an_extension_compare_without_regard_to_case(world: World) {
        people(world).await;
        finds(world, &[
            (&format!(r#"{BADGE}:color eq "BLUE""#), &["ava"]),
            (&format!(r#"{BADGE}:color sw "gr""#), &["ben"]),
            (&format!(r#"{BADGE}:color co "E""#), &["ava", "ben"]),
            (&format!(r#"{BADGE}:color gt "blue""#), &["ben"]),
            (&format!("{BADGE}:color pr"), &["ava", "ben", "cy"]),
            (&format!(r#"{BADGE}:color ne "blue""#), &["ben", "cy", "di", "eve"]),
            (&format!("{BADGE}:color eq null"), &["di", "eve"]),
            (&format!(r#"{BADGE}:COLOR eq "blue""#), &["ava"]),
            (&format!(r#"{}:color eq "blue""#, BADGE.to_uppercase()), &["ava"]),
            (&format!(r#"{BADGE}:site.city eq "OSLO""#), &["ava"]),
            (&format!("{BADGE}:site pr"), &["ava"]),
        ]).await;
    }

    async fn numbers_of_an_extension_compare_as_numbers(world: World) {
        people(world).await;
        finds(world, &[
            (&format!("{BADGE}:level eq 3"), &["ava"]),
            (&format!("{BADGE}:level eq 3.0"), &["ava"]),
            (&format!(r#"{BADGE}:level eq "3""#), &["cy"]),
            (&format!("{BADGE}:level gt 3"), &["ben"]),
            (&format!("{BADGE}:level ge 3"), &["ava", "ben"]),
            (&format!("{BADGE}:level lt 3"), &["di"]),
            (&format!("{BADGE}:level le -2.5"), &["di"]),
            (&format!("{BADGE}:level lt 1e2"), &["ava", "ben", "di"]),
            (&format!("{BADGE}:level ne 3"), &["ben", "cy", "di", "eve"]),
        ]).await;
    }

    async fn booleans_of_an_extension_are_not_texts(world: World) {
        people(world).await;
        finds(world, &[
            (&format!("{BADGE}:master eq true"), &["ava"]),
            (&format!("{BADGE}:master eq false"), &["ben"]),
            (&format!(r#"{BADGE}:master eq "true""#), &["cy"]),
            (&format!("{BADGE}:master ne true"), &["ben", "cy", "di", "eve"]),
            (&format!("{BADGE}:master pr"), &["ava", "ben", "cy"]),
        ]).await;
    }

    async fn an_extension_nobody_has_matches_nobody(world: World) {
        people(world).await;
        finds(world, &[
            (r#"urn:example:params:nobody:1.0:User:color eq "blue""#, &[]),
            ("urn:example:params:nobody:1.0:User:color pr", &[]),
            (&format!(r#"{BADGE}:nothing eq "x""#), &[]),
            (&format!(r#"not ({BADGE}:nothing eq "x")"#), &["ava", "ben", "cy", "di", "eve"]),
        ]).await;
    }

    async fn extensions_combine_with_other_attributes(world: World) {
        people(world).await;
        finds(world, &[
            (&format!(r#"{BADGE}:level ge 3 and userName ne "ben""#), &["ava"]),
            (&format!(r#"userName eq "eve" or {BADGE}:master eq true"#), &["ava", "eve"]),
        ]).await;
    }
}
