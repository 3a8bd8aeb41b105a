//! Filters by the `groups` of a user.

use super::{finds, people, refused};
use crate::{on_each_database, world::World};

on_each_database! {
    async fn users_are_found_by_their_groups(world: World) {
        let [ava, ben, _] = people(world).await;
        let engineers = world.group("Engineers", &[&ava, &ben]).await;
        let leads = world.group("Leads", &[&ava]).await;
        finds(world, &[
            (&format!(r#"groups eq "{engineers}""#), &["Ava", "ben"]),
            (&format!(r#"groups.value eq "{leads}""#), &["Ava"]),
            (&format!(r#"groups.value ne "{leads}""#), &["ben", "cy"]),
            (&format!(r#"groups[value eq "{engineers}"] and active eq false"#), &["ben"]),
            (r#"groups.value sw "group-""#, &["Ava", "ben"]),
            (&format!(r#"groups.value eq "{}""#, leads.to_uppercase()), &[]),
            (r#"groups.value eq "nothing""#, &[]),
            ("groups pr", &["Ava", "ben"]),
            ("not (groups pr)", &["cy"]),
        ]).await;
    }

    async fn users_are_found_by_the_name_of_their_groups(world: World) {
        let [ava, ben, _] = people(world).await;
        world.group("Engineers", &[&ava, &ben]).await;
        world.group("Team Leads", &[&ava]).await;
        finds(world, &[
            (r#"groups.display eq "ENGINEERS""#, &["Ava", "ben"]),
            (r#"groups.display sw "team""#, &["Ava"]),
            (r#"groups[display co "LEAD" and type eq "direct"]"#, &["Ava"]),
            (r#"groups[display eq "engineers" and display eq "team leads"]"#, &[]),
            (r#"groups.display eq "engineers" and groups.display eq "team leads""#, &["Ava"]),
            (r#"groups.display ne "team leads""#, &["ben", "cy"]),
            (r#"groups.type eq "Direct""#, &["Ava", "ben"]),
        ]).await;
    }

    async fn a_reference_to_a_group_is_exact(world: World) {
        let [ava, ..] = people(world).await;
        let leads = world.group("Leads", &[&ava]).await;
        let reference = world.get(&format!("/Users/{ava}")).await.body["groups"][0]["$ref"].clone();
        finds(world, &[
            (&format!("groups.$ref eq {reference}"), &["Ava"]),
            (&format!(r#"groups.$ref ew "/{leads}""#), &["Ava"]),
            (&format!(r#"groups[$ref ew "{}"]"#, leads.to_uppercase()), &[]),
        ]).await;
    }

    async fn a_user_who_left_is_not_found_by_the_group(world: World) {
        let [ava, ben, _] = people(world).await;
        let leads = world.group("Leads", &[&ava, &ben]).await;
        let go = serde_json::json!([{ "op": "remove", "path": format!("members[value eq \"{ava}\"]") }]);
        assert_eq!(world.patch(&format!("/Groups/{leads}"), go).await.status, 200);
        finds(world, &[(&format!(r#"groups eq "{leads}""#), &["ben"])]).await;
        assert_eq!(world.delete(&format!("/Groups/{leads}")).await.status, 204);
        finds(world, &[(&format!(r#"groups eq "{leads}""#), &[]), ("groups pr", &[])]).await;
    }

    async fn a_renamed_group_is_found_by_its_new_name(world: World) {
        let [ava, ..] = people(world).await;
        let group = world.group("Leads", &[&ava]).await;
        let rename = serde_json::json!([{ "op": "replace", "value": { "displayName": "Principals" } }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), rename).await.status, 200);
        finds(world, &[(r#"groups.display eq "principals""#, &["Ava"]), (r#"groups.display eq "leads""#, &[])]).await;
        refused(world, "/Users", &[r#"groups.name eq "leads""#, "members pr"]).await;
    }
}
