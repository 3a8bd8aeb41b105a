//! Each operator on each kind of attribute.

use super::{finds, people};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn texts_compare_without_regard_to_case(world: World) {
        people(world).await;
        finds(world, &[
            (r#"title eq "LEAD engineer""#, &["Ava"]),
            (r#"title ne "engineer""#, &["Ava", "cy"]),
            (r#"title co "ENGINE""#, &["Ava", "ben"]),
            (r#"title sw "lead""#, &["Ava"]),
            (r#"title sw "Engineer""#, &["ben"]),
            (r#"title ew "NEER""#, &["Ava", "ben"]),
            (r#"title gt "engineer""#, &["Ava"]),
            (r#"title ge "ENGINEER""#, &["Ava", "ben"]),
            (r#"title lt "lead engineer""#, &["ben"]),
            (r#"title le "Lead Engineer""#, &["Ava", "ben"]),
            ("title pr", &["Ava", "ben"]),
        ]).await;
    }

    async fn the_user_name_has_every_operator(world: World) {
        people(world).await;
        finds(world, &[
            (r#"userName eq "AVA""#, &["Ava"]),
            (r#"userName ne "ava""#, &["ben", "cy"]),
            (r#"userName co "V""#, &["Ava"]),
            (r#"userName sw "B""#, &["ben"]),
            (r#"userName ew "A""#, &["Ava"]),
            (r#"userName gt "Ben""#, &["cy"]),
            (r#"userName ge "BEN""#, &["ben", "cy"]),
            (r#"userName lt "Ben""#, &["Ava"]),
            (r#"userName le "ben""#, &["Ava", "ben"]),
            ("userName pr", &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn letters_outside_ascii_fold_on_each_database(world: World) {
        people(world).await;
        finds(world, &[
            (r#"name.familyName eq "åKESSON""#, &["ben"]),
            (r#"name.familyName sw "Å""#, &["ben"]),
            ("name.familyName eq \"a\u{30a}kesson\"", &["ben"]),
            (r#"name.familyName eq "akesson""#, &[]),
            (r#"department co "ÖL""#, &["ben"]),
            (r#"department eq "ol & gas""#, &[]),
        ]).await;
    }

    async fn wildcards_of_sql_are_plain_letters(world: World) {
        people(world).await;
        finds(world, &[
            (r#"title co "%""#, &[]),
            (r#"title sw "L__d""#, &[]),
            (r#"title ew "*""#, &[]),
            (r#"department co "&""#, &["ben"]),
        ]).await;
    }

    async fn what_is_case_exact_compares_exactly(world: World) {
        let [ava, ben, cy] = people(world).await;
        finds(world, &[
            (r#"externalId eq "Ext-1""#, &["Ava"]),
            (r#"externalId eq "ext-1""#, &["ben"]),
            (r#"externalId eq "EXT-1""#, &[]),
            (r#"externalId ne "Ext-1""#, &["ben", "cy"]),
            (r#"externalId sw "ext""#, &["ben"]),
            (r#"externalId co "xt-""#, &["Ava", "ben"]),
            (r#"externalId lt "a""#, &["Ava"]),
            ("externalId pr", &["Ava", "ben"]),
            (r#"profileUrl eq "https://People.example/Ava""#, &["Ava"]),
            (r#"profileUrl eq "https://people.example/ava""#, &[]),
            (r#"x509Certificates.value eq "QUJD""#, &["Ava"]),
            (r#"x509Certificates.value eq "qujd""#, &[]),
            (r#"manager.value eq "Boss-1""#, &["Ava"]),
            (r#"manager.value eq "boss-1""#, &[]),
        ]).await;
        finds(world, &[
            (&format!(r#"id eq "{ava}""#), &["Ava"]),
            (&format!(r#"id ne "{ava}""#), &["ben", "cy"]),
            (&format!(r#"id eq "{ben}" or id eq "{cy}""#), &["ben", "cy"]),
            (&format!(r#"id eq "0{ava}""#), &[]),
            (r#"id eq "nobody""#, &[]),
            ("id pr", &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn a_boolean_is_equal_or_not(world: World) {
        people(world).await;
        finds(world, &[
            ("active eq true", &["Ava", "cy"]),
            ("active eq false", &["ben"]),
            ("active ne true", &["ben"]),
            ("active ne false", &["Ava", "cy"]),
            ("active pr", &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn a_sub_attribute_of_a_complex_one_has_every_operator(world: World) {
        people(world).await;
        finds(world, &[
            (r#"name.givenName eq "AVA""#, &["Ava"]),
            (r#"name.givenName ne "ava""#, &["ben", "cy"]),
            (r#"name.givenName sw "b""#, &["ben"]),
            (r#"name.givenName ge "ava""#, &["Ava", "ben"]),
            ("name.givenName pr", &["Ava", "ben"]),
            ("name pr", &["Ava", "ben"]),
            ("name.middleName pr", &[]),
            (r#"employeeNumber eq "100""#, &["Ava"]),
            (r#"department ne "platform""#, &["ben", "cy"]),
            ("department pr", &["Ava", "ben"]),
            ("manager pr", &["Ava"]),
            (r#"manager eq "Boss-1""#, &["Ava"]),
        ]).await;
    }

    async fn ne_and_not_include_who_does_not_have_the_attribute(world: World) {
        people(world).await;
        finds(world, &[
            (r#"displayName ne "Ava Stone""#, &["ben", "cy"]),
            (r#"not (displayName eq "Ava Stone")"#, &["ben", "cy"]),
            (r#"not (displayName co "stone")"#, &["ben", "cy"]),
            (r#"not (displayName gt "a")"#, &["ben", "cy"]),
            ("not (displayName pr)", &["ben", "cy"]),
            (r#"not (displayName ne "Ava Stone")"#, &["Ava"]),
            (r#"costCenter ne "none""#, &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn the_metadata_can_be_asked_for(world: World) {
        let [ava, ..] = people(world).await;
        let location = world.get(&format!("/Users/{ava}")).await.body["meta"]["location"].clone();
        finds(world, &[
            (r#"meta.resourceType eq "User""#, &["Ava", "ben", "cy"]),
            (r#"meta.resourceType eq "Group""#, &[]),
            (r#"meta.resourceType ne "User""#, &[]),
            (&format!("meta.location eq {location}"), &["Ava"]),
            (&format!("meta.location ne {location}"), &["ben", "cy"]),
            (&format!(r#"meta.location ew "/Users/{ava}""#), &["Ava"]),
            ("meta pr", &["Ava", "ben", "cy"]),
            ("meta.location pr", &["Ava", "ben", "cy"]),
        ]).await;
    }

    async fn the_schemas_can_be_asked_for(world: World) {
        people(world).await;
        finds(world, &[
            (r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#, &["Ava", "ben"]),
            (r#"schemas co "enterprise""#, &["Ava", "ben"]),
            (r#"schemas eq "urn:ietf:params:scim:schemas:core:2.0:User""#, &["Ava", "ben", "cy"]),
        ]).await;
    }
}
