//! The schemas of connections and their tokens.

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
use serde_json::{Value, json};

use super::{Named, SchemaOf, array, inline, messages::named, object, reference, text};
use crate::protocol::connection::{ConnectionKind, ConnectionState, Vendor};

named! {
    Connection => |_| connection();
    Connections => |registry| {
        SchemaOf::<Connection>::register(registry);
        object(vec![("connections", inline(array(reference::<Connection>())))], &["connections"])
    };
    NewConnection => |_| MetaSchema {
        example: Some(json!({ "name": "okta", "displayName": "Okta (staff)", "vendor": "okta" })),
        ..object(
            vec![
                ("name", text("1 to 63 of a to z, 0 to 9 and hyphens, a part of the base URL; made of displayName unless given.")),
                ("displayName", text("How people call it.")),
                ("vendor", vendor()),
                ("order", order()),
                ("settings", settings()),
            ],
            &[],
        )
    };
    ConnectionChange => |_| MetaSchema {
        example: Some(json!({ "state": "paused" })),
        ..object(
            vec![
                ("displayName", text("How people call it.")),
                ("vendor", vendor()),
                ("state", one_of("live, paused or detached.", &["live", "paused", "detached"])),
                ("order", order()),
                ("settings", settings()),
            ],
            &[],
        )
    };
    Deletion => |_| MetaSchema {
        description: Some("What the deletion of a connection takes."),
        example: Some(json!({ "users": 4213, "groups": 86, "memberships": 41230, "hosts": 3871 })),
        ..object(
            vec![
                ("users", whole("Its users.")),
                ("groups", whole("Its groups.")),
                ("memberships", whole("Memberships of its groups.")),
                ("hosts", whole("Hosts whose owner is a user of it.")),
            ],
            &["users", "groups", "memberships", "hosts"],
        )
    };
    ConnectionToken => |_| object(token(), TOKEN);
    ConnectionTokens => |registry| {
        SchemaOf::<ConnectionToken>::register(registry);
        object(vec![("tokens", inline(array(reference::<ConnectionToken>())))], &["tokens"])
    };
    NewToken => |_| MetaSchema {
        example: Some(json!({ "note": "Okta, made by Kim", "expiresAt": "2027-11-28T00:00:00Z" })),
        ..object(
            vec![("note", text("For people.")), ("expiresAt", time("From when on it is refused; never unless given."))],
            &[],
        )
    };
    IssuedToken => |_| {
        let mut properties = token();
        properties.push(("token", text("The token, which is shown this once.")));
        let mut example = token_example();
        example["token"] = format!("fscim_{}", "0123456789abcdef".repeat(4) + "a8ae6e6e").into();
        MetaSchema { example: Some(example), ..object(properties, &["id", "lastFour", "note", "createdAt", "token"]) }
    };
}

/// The properties that a token always has.
const TOKEN: &[&str] = &["id", "lastFour", "note", "createdAt"];

fn connection() -> MetaSchema {
    MetaSchema {
        example: Some(json!({
            "name": "okta", "displayName": "Okta (staff)", "vendor": "okta", "kind": "idp", "state": "live", "order": 0,
            "users": 4213, "groups": 86, "lastRequest": "2026-11-28T09:12:03.123Z", "lastSuccess": "2026-11-28T09:12:03.123Z",
            "createdAt": "2026-11-28T08:00:00.000Z", "settings": {
                "additiveReplace": false, "keepsMembers": false, "keepsEmails": false, "deletesDeactivated": false,
                "refusesUnknownMembers": false, "keepsIdentifiers": false,
            },
        })),
        ..object(
            vec![
                ("name", text("A part of the base URL, connections/{name}/v2.")),
                ("displayName", text("How people call it.")),
                ("vendor", vendor()),
                ("kind", one_of("Who fills it.", &[ConnectionKind::Idp.as_str(), ConnectionKind::Native.as_str()])),
                ("state", one_of("Whether it serves its clients.", &ConnectionState::ALL.map(ConnectionState::as_str))),
                ("order", order()),
                ("users", whole("The number of users.")),
                ("groups", whole("The number of groups.")),
                ("lastRequest", time("When the last request ended; absent before the first.")),
                ("lastSuccess", time("When the last request ended that succeeded.")),
                ("createdAt", time("When it was made.")),
                ("settings", settings()),
            ],
            &["name", "displayName", "vendor", "kind", "state", "order", "users", "groups", "createdAt", "settings"],
        )
    }
}

fn token() -> Vec<(&'static str, MetaSchemaRef)> {
    vec![
        ("id", text("The token's id, which is no part of it.")),
        ("lastFour", text("The last four characters of the token.")),
        ("note", text("For people.")),
        ("createdAt", time("When it was made.")),
        ("expiresAt", time("From when on it is refused; absent for never.")),
        ("lastUsedAt", time("When it was last used; absent before the first time.")),
    ]
}

fn token_example() -> Value {
    json!({
        "id": "1", "lastFour": "6e6e", "note": "Okta, made by Kim", "createdAt": "2026-11-28T08:00:00.000Z",
        "expiresAt": "2027-11-28T00:00:00.000Z",
    })
}

fn vendor() -> MetaSchemaRef {
    one_of("The product.", &Vendor::ALL.map(Vendor::as_str))
}

fn order() -> MetaSchemaRef {
    whole("Where it stands among the others when they are shown; 0 unless set.")
}

fn settings() -> MetaSchemaRef {
    let switch = |description| inline(MetaSchema { description: Some(description), ..MetaSchema::new("boolean") });
    let additive =
        "A PATCH that replaces the members of a group only adds them, for a client that sends one at a time.";
    let keeps = "A PUT of a group without members keeps them.";
    let emails = "A user's emails stay as they were first provisioned.";
    let deactivated = "A user who is deactivated is deleted; the answer shows the user inactive.";
    let unknown = "A request that adds an unknown member to a group is refused; otherwise the member is skipped.";
    let identifiers = "A group keeps its identifier when it is renamed; otherwise the identifier follows the name.";
    let attributes = MetaSchema {
        description: Some(
            "The attributes of users that are kept beside userName, externalId, active and names; all if absent, and null makes it so.",
        ),
        nullable: true,
        ..array(inline(MetaSchema::new("string")))
    };
    let domains = MetaSchema {
        description: Some("The domains of addresses that find hosts; any if absent, and null makes it so."),
        nullable: true,
        ..array(inline(MetaSchema::new("string")))
    };
    let rate = MetaSchema {
        description: Some(
            "How many requests each process serves in a second, 25 to 10000; no limit if absent, and null makes it so.",
        ),
        nullable: true,
        ..MetaSchema::new_with_format("integer", "int64")
    };
    inline(object(
        vec![
            ("additiveReplace", switch(additive)),
            ("keepsMembers", switch(keeps)),
            ("keepsEmails", switch(emails)),
            ("deletesDeactivated", switch(deactivated)),
            ("refusesUnknownMembers", switch(unknown)),
            ("keepsIdentifiers", switch(identifiers)),
            ("attributes", inline(attributes)),
            ("domains", inline(domains)),
            ("requestsPerSecond", inline(rate)),
        ],
        &[],
    ))
}

fn one_of(description: &'static str, values: &[&'static str]) -> MetaSchemaRef {
    let enum_items = values.iter().map(|value| Value::from(*value)).collect();
    inline(MetaSchema { description: Some(description), enum_items, ..MetaSchema::new("string") })
}

pub(super) fn whole(description: &'static str) -> MetaSchemaRef {
    inline(MetaSchema { description: Some(description), ..MetaSchema::new_with_format("integer", "int64") })
}

pub(super) fn time(description: &'static str) -> MetaSchemaRef {
    let time = MetaSchema::new_with_format("string", "date-time");
    inline(MetaSchema { description: Some(description), nullable: true, ..time })
}
