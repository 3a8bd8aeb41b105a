//! Resources as the validator makes them up: every attribute, with random texts.

use serde_json::{Value, json};

use crate::world::{Answer, ENTERPRISE, GROUP, PATCH_OP, USER, World};

/// Returns a user with every attribute of the core and the enterprise schema that the validator maps.
///
/// `profileUrl` is not a URI, `timezone` and `locale` name nothing, the manager does not exist, and the `primary` of a
/// role is a string.
pub fn whole_user(user_name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": user_name,
        "active": true,
        "displayName": "JKDVYNFYWZAN",
        "title": "TEUSVOQKHIBE",
        "emails": [{ "type": "work", "value": "lora@hodkiewicz.example", "primary": true }],
        "preferredLanguage": "mt-MT",
        "name": {
            "givenName": "Ozella",
            "familyName": "Tressie",
            "formatted": "Brenda",
            "middleName": "Kim",
            "honorificPrefix": "Sofia",
            "honorificSuffix": "Aurelio",
        },
        "addresses": [{
            "type": "work",
            "formatted": "QXKDEUYNEWEH",
            "streetAddress": "0741 Langosh Forest",
            "locality": "XLQKANTHOWVR",
            "region": "RNWKRRDTEDRZ",
            "postalCode": "kn8 3zw",
            "country": "Slovenia",
            "primary": true,
        }],
        "phoneNumbers": [
            { "type": "work", "value": "33-498-2170", "primary": true },
            { "type": "mobile", "value": "33-498-2171" },
            { "type": "fax", "value": "33-498-2172" },
        ],
        "roles": [{ "primary": "True", "display": "GYZQFNEQSFXB", "value": "AFMQSTLAJUNW", "type": "FQCPLHSRNXCE" }],
        "externalId": "2b9f3e0c-4a51-4a39-8d6f-51b3b6f6d8a1",
        "nickName": "ZXOMJUPRCBEF",
        "userType": "MLTCYJZQNKOD",
        "locale": "LWTIQMIHBGNA",
        "timezone": "Africa/Tokyo",
        "profileUrl": "VHGZMWWIRBNU",
        ENTERPRISE: {
            "employeeNumber": "QVZPCHRMRCVZ",
            "department": "OQSMYIMTQZKE",
            "costCenter": "CHIGSQWHYOKX",
            "organization": "RDVNIXMCAQDA",
            "division": "UONWZQWCXLVC",
            "manager": { "value": "BXKIHRNPZQWO" },
        },
    })
}

/// Returns the same attributes with other values, by the paths that the validator uses.
pub fn whole_update() -> Vec<(String, Value)> {
    let core = [
        ("displayName", json!("NEWDISPLAY")),
        ("title", json!("NEWTITLE")),
        ("emails[type eq \"work\"].value", json!("new@kulas.example")),
        ("emails[type eq \"work\"].primary", json!(true)),
        ("preferredLanguage", json!("as-IN")),
        ("name.givenName", json!("Newgiven")),
        ("name.familyName", json!("Newfamily")),
        ("name.formatted", json!("Newformatted")),
        ("name.middleName", json!("Newmiddle")),
        ("name.honorificPrefix", json!("Newprefix")),
        ("name.honorificSuffix", json!("Newsuffix")),
        ("addresses[type eq \"work\"].formatted", json!("NEWFORMATTED")),
        ("addresses[type eq \"work\"].streetAddress", json!("86 Kay Plaza")),
        ("addresses[type eq \"work\"].locality", json!("NEWLOCALITY")),
        ("addresses[type eq \"work\"].region", json!("NEWREGION")),
        ("addresses[type eq \"work\"].postalCode", json!("fv4 1ie")),
        ("addresses[type eq \"work\"].primary", json!(true)),
        ("addresses[type eq \"work\"].country", json!("Belgium")),
        ("phoneNumbers[type eq \"work\"].value", json!("78-100-3300")),
        ("phoneNumbers[type eq \"work\"].primary", json!(true)),
        ("phoneNumbers[type eq \"mobile\"].value", json!("78-100-3301")),
        ("phoneNumbers[type eq \"fax\"].value", json!("78-100-3302")),
        ("roles[primary eq \"True\"].display", json!("NEWROLEDISPLAY")),
        ("roles[primary eq \"True\"].value", json!("NEWROLE")),
        ("roles[primary eq \"True\"].type", json!("NEWROLETYPE")),
        ("externalId", json!("6bba2d8e-1c0e-4a9a-9a3c-1d8f0b7f6f11")),
        ("nickName", json!("NEWNICK")),
        ("userType", json!("NEWTYPE")),
        ("locale", json!("NEWLOCALE")),
        ("timezone", json!("Europe/Nowhere")),
        ("profileUrl", json!("NEWPROFILE")),
    ];
    let enterprise = [
        ("employeeNumber", "NEWNUMBER"),
        ("department", "NEWDEPARTMENT"),
        ("costCenter", "NEWCENTER"),
        ("organization", "NEWORGANIZATION"),
        ("division", "NEWDIVISION"),
    ];
    let core = core.map(|(path, value)| (path.to_owned(), value));
    let enterprise = enterprise.map(|(name, value)| (format!("{ENTERPRISE}:{name}"), json!(value)));
    core.into_iter().chain(enterprise).collect()
}

/// Returns what a user is after [`whole_update`].
pub fn updated_user(user_name: &str) -> Value {
    json!({
        "userName": user_name,
        "active": true,
        "displayName": "NEWDISPLAY",
        "title": "NEWTITLE",
        "emails": [{ "type": "work", "value": "new@kulas.example", "primary": true }],
        "preferredLanguage": "as-IN",
        "name": {
            "givenName": "Newgiven",
            "familyName": "Newfamily",
            "formatted": "Newformatted",
            "middleName": "Newmiddle",
            "honorificPrefix": "Newprefix",
            "honorificSuffix": "Newsuffix",
        },
        "addresses": [{
            "type": "work",
            "formatted": "NEWFORMATTED",
            "streetAddress": "86 Kay Plaza",
            "locality": "NEWLOCALITY",
            "region": "NEWREGION",
            "postalCode": "fv4 1ie",
            "country": "Belgium",
            "primary": true,
        }],
        "phoneNumbers": [
            { "type": "work", "value": "78-100-3300", "primary": true },
            { "type": "mobile", "value": "78-100-3301" },
            { "type": "fax", "value": "78-100-3302" },
        ],
        "roles": [{ "primary": "True", "display": "NEWROLEDISPLAY", "value": "NEWROLE", "type": "NEWROLETYPE" }],
        "externalId": "6bba2d8e-1c0e-4a9a-9a3c-1d8f0b7f6f11",
        "nickName": "NEWNICK",
        "userType": "NEWTYPE",
        "locale": "NEWLOCALE",
        "timezone": "Europe/Nowhere",
        "profileUrl": "NEWPROFILE",
        ENTERPRISE: {
            "employeeNumber": "NEWNUMBER",
            "department": "NEWDEPARTMENT",
            "costCenter": "NEWCENTER",
            "organization": "NEWORGANIZATION",
            "division": "NEWDIVISION",
        },
    })
}

/// Builds one operation for each path.
pub fn operations(op: &str, values: Vec<(String, Value)>) -> Value {
    values.into_iter().map(|(path, value)| json!({ "op": op, "path": path, "value": value })).collect()
}

/// Checks that each attribute has the value that was sent, with nothing added to it. The string "True" counts as true.
pub fn reads_back(sent: &Value, got: &Value) {
    let plain = |value: &Value| {
        let mut value = value.clone();
        if let Some(role) = value.pointer_mut("/roles/0/primary").filter(|primary| **primary == "True") {
            *role = json!(true);
        }
        value
    };
    for (name, value) in plain(sent).as_object().unwrap() {
        if name != "schemas" {
            assert_eq!(&got[name], value, "{name}");
        }
    }
}

pub fn group(display_name: &str) -> Value {
    json!({ "schemas": [GROUP], "externalId": "f0c1d6d8-6e27-4b3a-9c55-9b6a4b8f5a10", "displayName": display_name })
}

/// Sends a PATCH as the validator does: the HTTP client of .NET adds a charset to the Content-Type.
pub async fn patch(world: &World, path: &str, operations: Value) -> Answer {
    let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
    let request = world
        .request(fleet_scim::poem::http::Method::PATCH, path, "admin")
        .content_type("application/scim+json; charset=utf-8")
        .body(body.to_string());
    let answer = world.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}
