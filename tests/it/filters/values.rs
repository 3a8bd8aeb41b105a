//! Multi-valued attributes and value paths: one value must meet all conditions in the brackets.

use super::{finds, people};
use serde_json::json;

use crate::{on_each_database, world::World};

on_each_database! {
    async fn any_of_the_values_may_match(world: World) {
        people(world).await;
        finds(world, &[
            (r#"emails eq "ava.stone@X.example""#, &["Ava"]),
            (r#"emails eq "ava@home.example""#, &["Ava"]),
            (r#"emails.value eq "AVA@home.example""#, &["Ava"]),
            (r#"emails co "@x.example""#, &["Ava", "ben"]),
            (r#"emails.value sw "ben@""#, &["ben"]),
            (r#"emails.type eq "home""#, &["Ava", "ben"]),
            (r#"emails.type eq "WORK""#, &["Ava"]),
            ("emails pr", &["Ava", "ben"]),
            ("emails.primary pr", &["Ava"]),
            ("emails.primary eq true", &["Ava"]),
            ("photos pr", &[]),
        ]).await;
    }

    async fn ne_asks_whether_no_value_is_equal(world: World) {
        people(world).await;
        finds(world, &[
            (r#"emails ne "ava@home.example""#, &["ben", "cy"]),
            (r#"emails.type ne "work""#, &["ben", "cy"]),
            (r#"not (emails.type eq "home")"#, &["cy"]),
        ]).await;
    }

    async fn one_value_must_meet_all_of_the_brackets(world: World) {
        people(world).await;
        finds(world, &[
            (r#"emails[type eq "work" and value co "@x.example"]"#, &["Ava"]),
            (r#"emails[type eq "work" and value co "@home.example"]"#, &[]),
            (r#"emails.type eq "work" and emails.value co "@home.example""#, &["Ava"]),
            (r#"emails[type eq "home" and value ew "example"]"#, &["Ava", "ben"]),
            (r#"emails[type eq "work" or value sw "ben"]"#, &["Ava", "ben"]),
            (r#"emails[not (type eq "home")]"#, &["Ava"]),
            (r#"emails[type ne "home"]"#, &["Ava"]),
            (r#"not (emails[type eq "work"])"#, &["ben", "cy"]),
            (r#"emails[primary eq true and (type eq "home" or type eq "work")]"#, &["Ava"]),
            (r#"addresses[type eq "work" and country eq "no"]"#, &["Ava"]),
            (r#"addresses[locality sw "os"]"#, &["Ava"]),
        ]).await;
    }

    async fn a_comparison_behind_the_brackets_is_about_the_same_value(world: World) {
        people(world).await;
        finds(world, &[
            (r#"emails[type eq "work"].value eq "ava.stone@x.example""#, &["Ava"]),
            (r#"emails[type eq "home"].value eq "ava.stone@x.example""#, &[]),
            (r#"EMAILS[TYPE EQ "home"].VALUE Sw "ben""#, &["ben"]),
            (r#"emails[type eq "home"].value pr and title pr"#, &["Ava", "ben"]),
            // Microsoft's documentation writes it this way (azure-docs#83855).
            (r#"emails[type eq "work"] eq "ava.stone@x.example""#, &["Ava"]),
        ]).await;
    }

    async fn brackets_combine_with_other_filters(world: World) {
        people(world).await;
        finds(world, &[
            (r#"emails[type eq "home"] and active eq false"#, &["ben"]),
            (r#"userName eq "cy" or emails[type eq "work"]"#, &["Ava", "cy"]),
            (r#"emails[type eq "home"] and roles[value eq "author"]"#, &["Ava"]),
        ]).await;
    }

    async fn a_value_without_the_sub_attribute_does_not_match(world: World) {
        people(world).await;
        finds(world, &[
            (r#"roles[value eq "author" and primary eq true]"#, &[]),
            (r#"roles[value eq "author" and primary ne true]"#, &["Ava"]),
            (r#"roles[value eq "author" and not (display pr)]"#, &["Ava"]),
            (r#"roles[display eq "administrator"]"#, &["Ava"]),
            (r#"roles.display ne "administrator""#, &["ben", "cy"]),
        ]).await;
    }

    async fn a_value_that_does_not_say_so_is_not_primary(world: World) {
        let emails = json!([{ "value": "a@x.y", "primary": true }, { "value": "b@x.y", "type": "home" }]);
        let ava = world.created("/Users", json!({ "userName": "ava", "emails": emails })).await;
        world.created("/Users", json!({ "userName": "sam", "emails": [{ "value": "s@x.y", "primary": true }] })).await;
        assert_eq!(world.ids("/Users", "emails.primary eq false").await, [ava.as_str()]);
        assert_eq!(world.ids("/Users", "emails[primary eq false and type eq \"home\"]").await, [ava.as_str()]);
        assert_eq!(world.ids("/Users", "emails[primary eq \"False\" and value sw \"a\"]").await, [""; 0]);
        let change = json!([{ "op": "replace", "path": "emails[primary eq false].value", "value": "c@x.y" }]);
        let changed = world.patch(&format!("/Users/{ava}"), change).await.body;
        assert_eq!(changed["emails"][1], json!({ "value": "c@x.y", "type": "home" }), "{changed}");
    }

    async fn a_binary_has_no_order(world: World) {
        for operator in ["gt", "ge", "lt", "le"] {
            let refused = world.find("/Users", &format!("x509Certificates.value {operator} \"A\"")).await;
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidFilter")), "{operator}");
        }
        assert_eq!(world.find("/Users", "x509Certificates.value eq \"A\"").await.status, 200);
    }
}
