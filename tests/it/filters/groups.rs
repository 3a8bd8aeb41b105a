//! Filters over groups.

use serde_json::json;

use super::refused;
use crate::{
    on_each_database,
    world::{GROUP, World},
};

const OKTA: &str = "urn:okta:custom:group:1.0";

struct Groups {
    ava: String,
    ben: String,
    crew: String,
    staff: String,
    empty: String,
}

async fn groups(world: &World) -> Groups {
    let (ava, ben) = (world.user("ava").await, world.user("ben").await);
    let crew = json!({
        "schemas": [GROUP, OKTA],
        "displayName": "Crew",
        "externalId": "Ext-1",
        "members": [{ "value": ava }],
        OKTA: { "description": "On the Pier", "size": 12, "locked": true },
    });
    let crew = world.created("/Groups", crew).await;
    let staff = world.group("Harbor Staff", &[&ava, &ben, &crew]).await;
    let empty = world.group("Empty", &[]).await;
    Groups { ava, ben, crew, staff, empty }
}

async fn finds(world: &World, cases: &[(&str, &[&String])]) {
    for (filter, ids) in cases {
        assert_eq!(world.ids("/Groups", filter).await.iter().collect::<Vec<_>>(), *ids, "{filter}");
    }
}

on_each_database! {
    async fn groups_are_found_by_name(world: World) {
        let Groups { crew, staff, empty, .. } = groups(world).await;
        finds(world, &[
            (r#"displayName eq "CREW""#, &[&crew]),
            (r#"DisplayName Eq "harbor staff""#, &[&staff]),
            (r#"urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "crew""#, &[&crew]),
            (r#"displayName co "r""#, &[&crew, &staff]),
            (r#"displayName sw "harbor""#, &[&staff]),
            (r#"displayName ew "W""#, &[&crew]),
            (r#"displayName ne "crew""#, &[&staff, &empty]),
            (r#"displayName gt "crew""#, &[&staff, &empty]),
            (r#"displayName le "crew""#, &[&crew]),
            ("displayName pr", &[&crew, &staff, &empty]),
            (r#"displayName eq "nobody""#, &[]),
        ]).await;
    }

    async fn groups_are_found_by_their_ids(world: World) {
        let Groups { crew, staff, empty, .. } = groups(world).await;
        let location = world.get(&format!("/Groups/{crew}")).await.body["meta"]["location"].clone();
        finds(world, &[
            (&format!(r#"id eq "{crew}""#), &[&crew]),
            (&format!(r#"id ne "{crew}""#), &[&staff, &empty]),
            (r#"id eq "1""#, &[]),
            (r#"id sw "group-""#, &[&crew, &staff, &empty]),
            (r#"externalId eq "Ext-1""#, &[&crew]),
            (r#"externalId eq "ext-1""#, &[]),
            ("externalId pr", &[&crew]),
            ("externalId eq null", &[&staff, &empty]),
            (r#"meta.resourceType eq "Group""#, &[&crew, &staff, &empty]),
            (r#"meta.resourceType eq "User""#, &[]),
            (&format!("meta.location eq {location}"), &[&crew]),
            (r#"meta.created gt "2011-05-13T04:42:34Z""#, &[&crew, &staff, &empty]),
        ]).await;
    }

    async fn groups_are_found_by_their_members(world: World) {
        let Groups { ava, ben, crew, staff, empty } = groups(world).await;
        finds(world, &[
            (&format!(r#"members eq "{ava}""#), &[&crew, &staff]),
            (&format!(r#"members.value eq "{ben}""#), &[&staff]),
            (&format!(r#"members[value eq "{ben}"]"#), &[&staff]),
            (&format!(r#"members eq "{crew}""#), &[&staff]),
            (&format!(r#"members ne "{ben}""#), &[&crew, &empty]),
            (r#"members eq "nobody""#, &[]),
            (r#"members.type eq "group""#, &[&staff]),
            (&format!(r#"members[type eq "User" and value eq "{crew}"]"#), &[]),
            (&format!(r#"members[type eq "Group" and value eq "{crew}"]"#), &[&staff]),
            (&format!(r#"members.$ref ew "/Users/{ben}""#), &[&staff]),
            ("members pr", &[&crew, &staff]),
            ("not (members pr)", &[&empty]),
        ]).await;
    }

    async fn membership_is_checked_as_entra_checks_it(world: World) {
        let Groups { ava, ben, crew, .. } = groups(world).await;
        for (user, total) in [(&ava, 1), (&ben, 0)] {
            let filter = crate::world::encode(&format!(r#"id eq "{crew}" and members eq "{user}""#));
            let found = world.get(&format!("/Groups?excludedAttributes=members&filter={filter}")).await;
            assert_eq!(found.status, 200, "{}", found.text);
            assert_eq!(found.body["totalResults"], total);
            assert!(found.body["Resources"].as_array().unwrap().iter().all(|group| group.get("members").is_none()));
        }
    }

    async fn groups_are_found_by_what_okta_adds(world: World) {
        let Groups { crew, staff, empty, .. } = groups(world).await;
        finds(world, &[
            (r#"urn:okta:custom:group:1.0:description eq "on the pier""#, &[&crew]),
            (r#"urn:okta:custom:group:1.0:description co "PIER""#, &[&crew]),
            (r#"URN:OKTA:CUSTOM:GROUP:1.0:Description sw "on""#, &[&crew]),
            (r#"urn:okta:custom:group:1.0:description ne "on the pier""#, &[&staff, &empty]),
            ("urn:okta:custom:group:1.0:description pr", &[&crew]),
            ("urn:okta:custom:group:1.0:size gt 9", &[&crew]),
            ("urn:okta:custom:group:1.0:size gt 12", &[]),
            ("urn:okta:custom:group:1.0:locked eq true", &[&crew]),
            ("urn:okta:custom:group:1.0:nothing pr", &[]),
        ]).await;
    }

    async fn what_a_group_does_not_have_cannot_be_asked(world: World) {
        groups(world).await;
        refused(world, "/Groups", &[
            r#"userName eq "ava""#,
            r#"emails eq "ava""#,
            r#"department eq "x""#,
            r#"members.display eq "ava""#,
            r#"displayName[type eq "x"]"#,
            "displayName eq true",
        ]).await;
    }
}
