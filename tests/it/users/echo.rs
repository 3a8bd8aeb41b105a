//! Every attribute of RFC 7643 sections 4.1 and 4.3 is kept, answered as it was sent, and can be filtered by.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

fn everything() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "00uAva",
        "userName": "Ava.Stone@Example.com",
        "name": {
            "formatted": "Ms. Ava Jane Stone, III",
            "familyName": "Stone",
            "givenName": "Ava",
            "middleName": "Jane",
            "honorificPrefix": "Ms.",
            "honorificSuffix": "III",
        },
        "displayName": "Ava Stone",
        "nickName": "Avie",
        "profileUrl": "https://login.example.com/ava",
        "title": "Vice President",
        "userType": "Contractor",
        "preferredLanguage": "en-US, de;q=0.7",
        "locale": "en-US",
        "timezone": "America/Los_Angeles",
        "active": true,
        "emails": [
            { "value": "Ava@Example.com", "display": "Work mail", "type": "work", "primary": true },
            { "value": "ava@home.example", "type": "home" },
        ],
        "phoneNumbers": [{ "value": "tel:+1-201-555-0123;ext=7", "display": "desk", "type": "work", "primary": true }],
        "ims": [{ "value": "avaim", "display": "A", "type": "xmpp", "primary": true }],
        "photos": [{ "value": "https://photos.example.com/ava.jpg", "display": "P", "type": "photo", "primary": true }],
        "addresses": [{
            "formatted": "100 Universal City Plaza\nHollywood, CA 91608",
            "streetAddress": "100 Universal City Plaza",
            "locality": "Hollywood",
            "region": "CA",
            "postalCode": "91608",
            "country": "US",
            "type": "work",
            "primary": true,
        }],
        "entitlements": [{ "value": "licence-9", "display": "L", "type": "seat", "primary": true }],
        "roles": [{ "value": "auditor", "display": "R", "type": "app", "primary": true }],
        "x509Certificates": [{ "value": "MIIDQzCCAqygAwIBAgICEAA=", "display": "C", "type": "tls", "primary": true }],
        ENTERPRISE: {
            "employeeNumber": "701984",
            "costCenter": "4130",
            "organization": "Universal Studios",
            "division": "Theme Park",
            "department": "Tour Operations",
            "manager": { "value": "26118915", "$ref": "../Users/26118915" },
        },
    })
}

/// Filters by each of these attributes.
const FILTERS: &[&str] = &[
    r#"externalId eq "00uAva""#,
    r#"userName eq "ava.stone@example.com""#,
    r#"name.formatted eq "ms. ava jane stone, iii""#,
    r#"name.familyName eq "stone""#,
    r#"name.givenName eq "ava""#,
    r#"name.middleName eq "jane""#,
    r#"name.honorificPrefix eq "ms.""#,
    r#"name.honorificSuffix eq "iii""#,
    r#"displayName eq "AVA STONE""#,
    r#"nickName eq "avie""#,
    r#"profileUrl eq "https://login.example.com/ava""#,
    r#"title co "president""#,
    r#"userType eq "contractor""#,
    r#"preferredLanguage sw "en-us""#,
    r#"locale eq "en-us""#,
    r#"timezone ew "los_angeles""#,
    r#"emails eq "ava@example.com""#,
    r#"emails.value eq "ava@home.example""#,
    r#"emails.display eq "work mail""#,
    r#"emails[type eq "work" and primary eq true]"#,
    r#"phoneNumbers.value eq "tel:+1-201-555-0123;ext=7""#,
    r#"phoneNumbers[type eq "work" and display eq "desk"]"#,
    r#"ims[type eq "xmpp" and value eq "avaim"]"#,
    r#"photos.value eq "https://photos.example.com/ava.jpg""#,
    r#"photos.type eq "photo""#,
    r#"addresses.formatted co "hollywood, ca""#,
    r#"addresses.streetAddress sw "100 universal""#,
    r#"addresses.locality eq "hollywood""#,
    r#"addresses.region eq "ca""#,
    r#"addresses.postalCode eq "91608""#,
    r#"addresses[type eq "work" and country eq "us" and primary eq "True"]"#,
    r#"entitlements.value eq "licence-9""#,
    r#"entitlements[type eq "seat"]"#,
    r#"roles.value eq "auditor""#,
    r#"roles[primary eq "True"].value eq "auditor""#,
    r#"x509Certificates.value eq "MIIDQzCCAqygAwIBAgICEAA=""#,
    r#"x509Certificates.display eq "c""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "701984""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter eq "4130""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization eq "universal studios""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division eq "theme park""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "tour operations""#,
    r#"department eq "tour operations""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "26118915""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$ref eq "../Users/26118915""#,
    r#"manager eq "26118915""#,
];

on_each_database! {
    async fn every_attribute_is_answered_as_it_was_sent(world: World) {
        let id = world.created("/Users", everything()).await;
        let mut user = world.get(&format!("/Users/{id}")).await.body;
        for own in ["id", "meta", "groups"] {
            assert!(user.as_object_mut().unwrap().remove(own).is_some(), "{own}");
        }
        assert_eq!(user, everything());
    }

    async fn every_attribute_can_be_filtered_by(world: World) {
        world.user("decoy@example.com").await;
        let id = world.created("/Users", everything()).await;
        for filter in FILTERS {
            assert_eq!(world.ids("/Users", filter).await, [id.as_str()], "{filter}");
        }
    }

    async fn every_attribute_survives_a_put_of_what_was_answered(world: World) {
        let id = world.created("/Users", everything()).await;
        let first = world.get(&format!("/Users/{id}")).await;
        let answer = world.put(&format!("/Users/{id}"), first.body.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &first.body));
    }

    async fn texts_keep_their_spelling(world: World) {
        for (at, text) in [
            "  blanks around  ",
            "e\u{301}tudes",
            "\u{e9}tudes",
            "Straße İstanbul ΣΑΣ",
            "tab\tline\nquote\" back\\slash",
            "\u{1f469}\u{200d}\u{1f4bb} \u{202e}rtl",
            "'; DROP TABLE scim_users; --",
            "100% _under_ <b>&amp;</b>",
            "\u{1}control\u{7f}",
        ].into_iter().enumerate() {
            let body = json!({
                "userName": format!("u{at}@x.y"), "displayName": text, "phoneNumbers": [{ "value": text }],
            });
            let id = world.created("/Users", body).await;
            let user = world.get(&format!("/Users/{id}")).await.body;
            assert_eq!(user["displayName"], text);
            assert_eq!(user["phoneNumbers"], json!([{ "value": text }]));
        }
    }

    async fn nothing_is_added_to_what_was_sent(world: World) {
        let body = json!({
            "schemas": [USER], "userName": "ava@x.y", "emails": [{ "value": "ava@x.y" }], "active": true,
        });
        let id = world.created("/Users", body.clone()).await;
        let mut user = world.get(&format!("/Users/{id}")).await.body;
        for own in ["id", "meta", "groups"] {
            user.as_object_mut().unwrap().remove(own);
        }
        assert_eq!(user, body);
    }
}
