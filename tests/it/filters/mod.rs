//! What a filter finds, end to end. A filter that cannot be evaluated is refused: it never gives an empty page, and
//! never everything.

mod dates;
mod extensions;
mod groups;
mod literals;
mod logic;
mod lookups;
mod membership;
mod names;
mod operators;
mod prefixes;
mod refusals;
mod reported;
mod values;

use serde_json::json;

use crate::world::{ENTERPRISE, USER, World};

/// Creates three people: one with nearly every attribute, one inactive, and one with only a name. Returns their ids.
async fn people(world: &World) -> [String; 3] {
    let ava = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "Ava",
        "externalId": "Ext-1",
        "name": { "givenName": "Ava", "familyName": "Stone" },
        "displayName": "Ava Stone",
        "title": "Lead Engineer",
        "profileUrl": "https://People.example/Ava",
        "active": true,
        "emails": [
            { "value": "Ava.Stone@x.example", "type": "work", "primary": true },
            { "value": "ava@home.example", "type": "home" },
        ],
        "addresses": [{ "type": "work", "locality": "Oslo", "country": "NO" }],
        "roles": [{ "value": "admin", "display": "Administrator", "primary": "True" }, { "value": "author" }],
        "x509Certificates": [{ "value": "QUJD" }],
        ENTERPRISE: { "department": "Platform", "employeeNumber": "100", "manager": { "value": "Boss-1" } },
    });
    let ben = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ben",
        "externalId": "ext-1",
        "name": { "givenName": "Ben", "familyName": "Åkesson" },
        "title": "Engineer",
        "active": false,
        "emails": [{ "value": "ben@x.example", "type": "home" }],
        ENTERPRISE: { "department": "Öl & Gas" },
    });
    let cy = json!({ "schemas": [USER], "userName": "cy" });
    [world.created("/Users", ava).await, world.created("/Users", ben).await, world.created("/Users", cy).await]
}

/// Checks that each filter finds the users with these names and nobody else.
async fn finds(world: &World, cases: &[(&str, &[&str])]) {
    for (filter, names) in cases {
        let found = world.find("/Users", filter).await;
        assert_eq!(found.status, 200, "{filter}: {}", found.text);
        assert_eq!(found.body["totalResults"], names.len(), "{filter}: {}", found.text);
        let users = found.body["Resources"].as_array().unwrap();
        let found: Vec<&str> = users.iter().map(|user| user["userName"].as_str().unwrap()).collect();
        assert_eq!(found, *names, "{filter}");
    }
}

/// Checks that each filter is refused with a reason.
async fn refused(world: &World, endpoint: &str, filters: &[&str]) {
    for filter in filters {
        let answer = world.find(endpoint, filter).await;
        let start: String = filter.chars().take(100).collect();
        assert_eq!(answer.status, 400, "{start}: {}", answer.text);
        assert_eq!(answer.body["scimType"], "invalidFilter", "{start}");
        assert!(answer.detail().len() > 20, "{start}: {}", answer.detail());
    }
}
