//! Values in a filter: JSON's escapes, null, and booleans as strings.

use serde_json::{Value, json};

use super::{finds, people, refused};
use crate::{
    on_each_database,
    world::{USER, World},
};

on_each_database! {
    async fn the_escapes_of_json_are_read(world: World) {
        let titles = ["say \"hi\"", "back\\slash", "tab\there", "été", "smile 😀", "a/b", "line\nbreak", "] or (", "O'Neil"];
        for (at, title) in titles.iter().enumerate() {
            let body = json!({ "schemas": [USER], "userName": format!("user{at}"), "title": title });
            world.created("/Users", body).await;
        }
        for (at, title) in titles.iter().enumerate() {
            let name = format!("user{at}");
            finds(world, &[(&format!("title eq {}", Value::from(*title)), &[name.as_str()])]).await;
        }
        finds(world, &[
            (r#"title eq "\u00e9t\u00e9""#, &["user3"]),
            (r#"title eq "smile \ud83d\ude00""#, &["user4"]),
            (r#"title eq "a\/b""#, &["user5"]),
            (r#"title co "\"""#, &["user0"]),
            (r#"title co "\\""#, &["user1"]),
            (r#"title ew "\nbreak""#, &["user6"]),
        ]).await;
    }

    async fn null_asks_whether_the_attribute_is_there(world: World) {
        people(world).await;
        finds(world, &[
            ("title eq null", &["cy"]),
            ("title ne null", &["Ava", "ben"]),
            ("emails eq NULL", &["cy"]),
            ("name.givenName ne null", &["Ava", "ben"]),
            ("externalId eq null", &["cy"]),
            ("department eq null", &["cy"]),
            ("manager ne null", &["Ava"]),
            ("userName eq null", &[]),
            ("meta.created ne null", &["Ava", "ben", "cy"]),
        ]).await;
        refused(world, "/Users", &["title co null", "title gt null"]).await;
    }

    async fn a_boolean_may_be_a_text(world: World) {
        people(world).await;
        finds(world, &[
            (r#"active eq "True""#, &["Ava", "cy"]),
            (r#"active eq "false""#, &["ben"]),
            (r#"active ne "FALSE""#, &["Ava", "cy"]),
            ("active eq True", &["Ava", "cy"]),
            (r#"roles[primary eq "True"].value eq "admin""#, &["Ava"]),
            (r#"roles[primary eq "True"].value eq "author""#, &[]),
            (r#"emails.primary eq "true""#, &["Ava"]),
        ]).await;
    }

    async fn the_empty_text_is_in_every_value_and_equals_none(world: World) {
        people(world).await;
        finds(world, &[
            (r#"title eq """#, &[]),
            (r#"title ne """#, &["Ava", "ben", "cy"]),
            (r#"title co """#, &["Ava", "ben"]),
            (r#"title sw """#, &["Ava", "ben"]),
            (r#"emails co """#, &["Ava", "ben"]),
        ]).await;
    }

    async fn a_nul_matches_nothing_and_breaks_nothing(world: World) {
        people(world).await;
        finds(world, &[
            (r#"userName eq "ava\u0000""#, &[]),
            (r#"userName ne "ava\u0000""#, &["Ava", "ben", "cy"]),
            (r#"emails co "\u0000""#, &[]),
            (r#"externalId eq "\u0000" or userName eq "cy""#, &["cy"]),
            (r#"id eq "\u0000""#, &[]),
        ]).await;
    }

    async fn blanks_around_a_whole_value_do_not_count(world: World) {
        people(world).await;
        finds(world, &[
            (r#"userName eq " ava ""#, &["Ava"]),
            (r#"title eq "engineer ""#, &["ben"]),
            (r#"title co " engineer""#, &["Ava"]),
        ]).await;
    }

    async fn sql_in_a_value_is_only_a_value(world: World) {
        people(world).await;
        finds(world, &[
            (r#"userName eq "ava' OR '1'='1""#, &[]),
            (r#"title co "'; DROP TABLE scim_users; --""#, &[]),
            (r#"externalId eq "Ext-1'--""#, &[]),
            ("userName pr", &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn a_bare_word_is_a_text(world: World) {
        world.created("/Users", json!({ "userName": "akadmin", "externalId": "7f8a-9b", "title": "true" })).await;
        for filter in ["userName eq akadmin", "userName eq AKADMIN", "externalId eq 7f8a-9b", "emails pr or userName eq akadmin"] {
            assert_eq!(world.ids("/Users", filter).await.len(), 1, "{filter}");
        }
        for filter in ["userName co akadmin", "userName ne akadmin", "active eq yes", "title eq true", "meta.created gt now", "userName eq and"] {
            assert_eq!(world.find("/Users", filter).await.status, 400, "{filter}");
        }
    }

    async fn a_number_compares_with_a_text_by_its_digits(world: World) {
        world.created("/Users", json!({ "userName": "1", "externalId": "90210", "title": "1.10" })).await;
        for filter in ["externalId eq 90210", "userName eq 1", "title eq 1.10", "externalId sw 902"] {
            assert_eq!(world.ids("/Users", filter).await.len(), 1, "{filter}");
        }
        for filter in ["externalId eq 90210.0", "title eq 1.1", "externalId eq 9"] {
            assert!(world.ids("/Users", filter).await.is_empty(), "{filter}");
        }
    }
}
