//! What a profile template may name of a host's user.

use fleet_scim::{HostId, hosts::Source};
use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

const HR: &str = "urn:acme:params:scim:schemas:hr:2.0:User";

on_each_database! {
    async fn a_template_has_every_variable_and_an_empty_one_for_what_is_missing(world: World) {
        let ava = world.created("/Users", json!({
            "schemas": [USER, ENTERPRISE, HR], "userName": "ava.q@x.y", "active": true, "title": "CEO",
            "name": { "givenName": "Ava", "familyName": "Q", "honorificPrefix": "Dr." },
            "emails": [{ "value": "home@x.y", "type": "home" }, { "value": "work@x.y", "type": "work", "primary": true }],
            ENTERPRISE: { "department": "Sales", "manager": { "value": "7" } },
            HR: { "costCenter": "4711", "level": 3, "remote": true, "skills": ["Rust", "SQL"] },
        })).await;
        let inner = world.group("Zoo", &[&ava]).await;
        world.group("Alpha", &[&inner]).await;
        world.host(1, &Source::Idp, "ava.q@x.y").await;
        let shown = world.end_users(1).await;
        let user = &shown.end_users[0];
        let variables = serde_json::to_value(user.variables()).unwrap();
        assert_eq!(variables, json!({
            "username": "ava.q@x.y", "username_local_part": "ava.q", "full_name": "Ava Q", "given_name": "Ava",
            "family_name": "Q", "department": "Sales", "groups": "Alpha,Zoo",
        }));
        for (path, value) in [
            (format!("{HR}:costCenter"), "4711"),
            (format!("{}:COSTCENTER", HR.to_uppercase()), "4711"),
            (format!("{HR}:level"), "3"),
            (format!("{HR}:remote"), "true"),
            (format!("{HR}:skills"), "Rust,SQL"),
            (format!("{HR}:none"), ""),
            (format!("{ENTERPRISE}:department"), "Sales"),
            (format!("{ENTERPRISE}:manager.value"), "7"),
            (format!("{ENTERPRISE}:manager"), "7"),
            (format!("{USER}:title"), "CEO"),
            ("title".to_owned(), "CEO"),
            ("name.honorificPrefix".to_owned(), "Dr."),
            ("emails".to_owned(), "work@x.y"),
            ("emails.type".to_owned(), "work"),
            ("nickName".to_owned(), ""),
            (String::new(), ""),
            ("urn:none:x".to_owned(), ""),
        ] {
            assert_eq!(user.attribute(&path).unwrap(), value, "{path}");
        }
        // The JSON of an end user is as it was.
        assert!(serde_json::to_value(user).unwrap().get("given_name").is_none());
        // Of a page of hosts the whole users are not read, and nobody takes that for an empty attribute.
        let page = world.scim.hosts().end_users(&[HostId(1)]).await.unwrap();
        assert!(page[0].end_users[0].attribute("title").is_err());
        assert_eq!(page[0].end_users[0].variables().given_name, "Ava");
        // A host without an owner has empty variables.
        world.host(2, &Source::Idp, "nobody@x.y").await;
        let nobody = world.end_users(2).await.end_users.remove(0);
        assert_eq!((nobody.attribute("title").unwrap(), nobody.variables().full_name), (String::new(), String::new()));
    }
}
