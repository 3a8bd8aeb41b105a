//! Extensions that a host registers.

use fleet_scim::{Attribute, Error, Schema, ScimModule, poem::http::Method};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{USER, World, encode},
};

const BADGE: &str = "urn:example:params:scim:schemas:extension:badge:2.0:User";
const TEAM: &str = "urn:example:params:scim:schemas:extension:team:2.0:Group";

static OF_USERS: Schema = Schema::new(
    BADGE,
    "Badge",
    "The badge that opens doors",
    &[
        Attribute::string("number", "The number on it.").case_exact().required().immutable(),
        Attribute::string("color", "Its color.").suggesting(&["red", "blue"]),
        Attribute::integer("level", "What it opens."),
        Attribute::decimal("weight", "In grams."),
        Attribute::boolean("lost", "Whether it is lost."),
        Attribute::date_time("validUntil", "When it ends."),
        Attribute::string("pin", "Its code.").returned_on_request(),
        Attribute::string("floors", "Where it works.").multi_valued(),
        Attribute::complex("doors", DOORS, "What it opens.").multi_valued(),
        Attribute::complex("issuer", ISSUER, "Who gave it."),
    ],
);

const DOORS: &[Attribute] = &[
    Attribute::string("value", "The door."),
    Attribute::string("type", "What it is."),
    Attribute::boolean("primary", "Whether it is the usual one."),
];

const ISSUER: &[Attribute] = &[
    Attribute::string("office", "The office.").immutable(),
    Attribute::string("desk", "The desk."),
    Attribute::string("phone", "The phone.").returned_on_request(),
];

static OF_GROUPS: Schema = Schema::new(
    TEAM,
    "Team",
    "What a group works on",
    &[
        Attribute::string("product", "The product."),
        Attribute::string("budget", "What it may spend.").returned_on_request(),
        Attribute::string("members", "Who is named on its page.").multi_valued(),
    ],
);

async fn registered(world: &World) -> World {
    World::with(world.backend, |builder| builder.extend_users(&OF_USERS).extend_groups(&OF_GROUPS)).await.unwrap()
}

fn badge(number: &str, more: Value) -> Value {
    let mut badge = json!({ "number": number });
    badge.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "schemas": [USER, BADGE], "userName": format!("{number}@x.y"), BADGE: badge })
}

/// Returns the badge numbers of the users that match, in the order of the answer.
async fn numbers(world: &World, query: &str) -> Vec<String> {
    let found = world.get(&format!("/Users?{query}")).await;
    assert_eq!(found.status, 200, "{query}: {}", found.text);
    let number = |user: &Value| user[BADGE]["number"].as_str().unwrap().to_owned();
    found.body["Resources"].as_array().unwrap().iter().map(number).collect()
}

on_each_database! {
    async fn an_extension_is_advertised(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let types = world.get("/ResourceTypes").await.body;
        assert!(types.to_string().contains(BADGE) && types.to_string().contains(TEAM), "{types}");
        let schema = world.get(&format!("/Schemas/{BADGE}")).await.body;
        let attribute = |name: &str| {
            let attributes = schema["attributes"].as_array().unwrap();
            attributes.iter().find(|attribute| attribute["name"] == name).unwrap().clone()
        };
        let number = attribute("number");
        assert_eq!(
            (&number["required"], &number["caseExact"], &number["mutability"]),
            (&json!(true), &json!(true), &json!("immutable")),
        );
        assert_eq!((&attribute("pin")["returned"], &attribute("weight")["type"]), (&json!("request"), &json!("decimal")));
        assert_eq!(attribute("color")["canonicalValues"], json!(["red", "blue"]));
        let document: Value = serde_json::from_str(&world.scim.openapi("/scim")).unwrap();
        let described = &document["components"]["schemas"]["ScimUser"]["properties"][BADGE];
        assert_eq!(described["required"], json!(["number"]));
        assert_eq!(described["properties"]["doors"]["items"]["properties"]["primary"]["type"], "boolean");
        assert!(document["components"]["schemas"]["ScimGroup"]["properties"][TEAM].is_object());
        extended.close().await;
    }

    async fn its_values_are_held_to_their_attributes(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        for (more, named) in [
            (json!({ "level": "high" }), "level"),
            (json!({ "level": 1.5 }), "level"),
            (json!({ "weight": "heavy" }), "weight"),
            (json!({ "lost": "perhaps" }), "lost"),
            (json!({ "validUntil": "tomorrow" }), "validUntil"),
            (json!({ "issuer": ["a", "b"] }), "issuer"),
        ] {
            let refused = world.post("/Users", badge("B0", more)).await;
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")));
            assert!(refused.detail().contains(named), "{}", refused.detail());
        }
        let without = json!({ "userName": "a@x.y", BADGE: { "color": "red" } });
        let refused = world.post("/Users", without).await;
        assert!(refused.detail().contains(&format!("{BADGE}:number is required")), "{}", refused.detail());
        assert_eq!(world.post("/Users", json!({ "userName": "plain@x.y" })).await.status, 201, "the extension is not");
        let id = world.created("/Users", badge("B1", json!({
            "LEVEL": "7", "weight": 2.5, "lost": "True", "unknown": 1, "floors": ["1", "2", "1"],
            "doors": [{ "value": "North", "primary": true }, { "value": "South", "primary": true }],
        }))).await;
        let kept = world.get(&format!("/Users/{id}")).await.body[BADGE].clone();
        assert_eq!(kept, json!({
            "number": "B1", "level": 7, "weight": 2.5, "lost": true, "floors": ["1", "2"],
            "doors": [{ "value": "North", "primary": false }, { "value": "South", "primary": true }],
        }));
        let removed = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": format!("{BADGE}:number") }])).await;
        assert_eq!((removed.status, removed.body["scimType"].as_str()), (400, Some("mutability")));
        let gone = world.patch(&format!("/Users/{id}"), json!([{ "op": "add", "path": format!("{BADGE}:floors"), "value": ["3"] }])).await;
        assert_eq!(gone.body[BADGE]["floors"], json!(["1", "2", "3"]));
        let gone = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": format!("{BADGE}:floors"), "value": ["2"] }])).await;
        assert_eq!(gone.body[BADGE]["floors"], json!(["1", "3"]));
        extended.close().await;
    }

    async fn it_is_filtered_and_sorted(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        for (number, more) in [
            ("b1", json!({ "color": "Red", "level": 10, "weight": 1.5, "validUntil": "2027-01-01T00:00:00+02:00",
                "floors": ["9", "1"], "doors": [{ "value": "West" }, { "value": "a", "primary": true }] })),
            ("B2", json!({ "color": "blue", "level": 9, "weight": 10, "validUntil": "2026-12-31T23:00:00Z", "lost": true,
                "floors": ["2"], "doors": [{ "value": "B", "type": "main" }] })),
            ("B3", json!({ "level": 100, "issuer": { "office": "North", "desk": "7" } })),
        ] {
            world.created("/Users", badge(number, more)).await;
        }
        for (filter, found) in [
            (format!("{BADGE}:color eq \"RED\""), vec!["b1"]),
            (format!("{BADGE}:number eq \"b1\""), vec!["b1"]),
            (format!("{BADGE}:number eq \"B1\""), vec![]),
            (format!("{BADGE}:level gt 9"), vec!["b1", "B3"]),
            (format!("{BADGE}:weight lt 2"), vec!["b1"]),
            (format!("{BADGE}:lost eq true"), vec!["B2"]),
            (format!("{BADGE}:validUntil lt \"2026-12-31T22:30:00Z\""), vec!["b1"]),
            (format!("{BADGE}:floors eq \"1\""), vec!["b1"]),
            (format!("{BADGE}:doors[value eq \"b\" and type eq \"main\"]"), vec!["B2"]),
            (format!("{BADGE}:doors.value sw \"w\""), vec!["b1"]),
            (format!("{BADGE}:issuer.office pr"), vec!["B3"]),
            ("color eq \"blue\"".to_owned(), vec!["B2"]),
        ] {
            assert_eq!(numbers(world, &format!("filter={}", encode(&filter))).await, found, "{filter}");
        }
        for filter in [format!("{BADGE}:level eq \"9\""), format!("{BADGE}:shape pr"), format!("{BADGE}:doors[shape pr]")] {
            let refused = world.find("/Users", &filter).await;
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidFilter")), "{filter}");
        }
        for (order, sorted) in [
            ("level", vec!["B2", "b1", "B3"]),
            ("weight", vec!["b1", "B2", "B3"]),
            ("validUntil", vec!["b1", "B2", "B3"]),
            ("number", vec!["B2", "B3", "b1"]),
            ("doors", vec!["b1", "B2", "B3"]),
            ("floors", vec!["B2", "b1", "B3"]),
            ("issuer.desk", vec!["B3", "b1", "B2"]),
        ] {
            assert_eq!(numbers(world, &format!("sortBy={BADGE}:{order}")).await, sorted, "{order}");
        }
        extended.close().await;
    }

    async fn it_is_projected_and_what_is_for_request_waits_for_one(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let issuer = json!({ "office": "North", "desk": "7", "phone": "123" });
        let body = badge("B1", json!({ "pin": "0000", "color": "red", "issuer": issuer }));
        let created = world.post("/Users", body.clone()).await;
        let path = format!("/Users/{}", created.body["id"].as_str().unwrap());
        let shown = json!({ "number": "B1", "color": "red", "issuer": { "office": "North", "desk": "7" } });
        assert_eq!(created.body[BADGE], body[BADGE], "what a write specifies, its own answer has");
        assert_eq!(world.put(&path, body.clone()).await.body[BADGE], body[BADGE]);
        let color = json!([{ "op": "replace", "path": format!("{BADGE}:color"), "value": "red" }]);
        for answer in [world.get(&path).await, world.patch(&path, color).await] {
            assert_eq!(answer.body[BADGE], shown);
        }
        let pin = json!([{ "op": "replace", "path": format!("{BADGE}:pin"), "value": "0001" }]);
        assert_eq!(world.patch(&path, pin).await.body[BADGE]["pin"], "0001");
        assert_eq!(world.get(&path).await.body[BADGE], shown);
        let pin = json!([{ "op": "replace", "path": format!("{BADGE}:pin"), "value": "0000" }]);
        let without = world.patch(&format!("{path}?excludedAttributes=pin"), pin).await;
        assert_eq!(without.body[BADGE], shown, "unless it is excluded");
        assert_eq!(world.get("/Users").await.body["Resources"][0][BADGE], shown);
        for (asked, of_badge) in [
            (format!("{BADGE}:pin"), json!({ "pin": "0000" })),
            ("pin,color".to_owned(), json!({ "pin": "0000", "color": "red" })),
            (format!("{BADGE}:issuer"), json!({ "issuer": issuer })),
            (format!("{BADGE}:issuer.phone"), json!({ "issuer": { "phone": "123" } })),
            (BADGE.to_owned(), json!({ "number": "B1", "pin": "0000", "color": "red", "issuer": issuer })),
        ] {
            let answer = world.get(&format!("{path}?attributes={asked}")).await.body;
            assert_eq!(answer[BADGE], of_badge, "{asked}");
        }
        let without = world.get(&format!("{path}?excludedAttributes={BADGE}:color,{BADGE}:issuer.desk")).await.body;
        assert_eq!(without[BADGE], json!({ "number": "B1", "issuer": { "office": "North" } }));
        let pin = json!([{ "op": "replace", "path": format!("{BADGE}:pin"), "value": "1" }]);
        let asked = world.patch(&format!("{path}?attributes=pin"), pin).await;
        assert_eq!(asked.body[BADGE], json!({ "pin": "1" }));
        extended.close().await;
    }

    async fn an_unknown_name_that_only_an_extension_has_never_fails_a_request(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let id = world.created("/Users", json!({ "userName": "ava@x.y", "issuer": "Berlin", "doors": 7, "lost": "maybe" })).await;
        assert!(world.last_request().await["details"].as_str().unwrap().contains("issuer"));
        let leaves = json!([{ "op": "replace", "value": { "active": false, "level": "two" } }]);
        let answer = world.patch(&format!("/Users/{id}"), leaves).await;
        assert_eq!((answer.status, &answer.body["active"]), (200, &json!(false)), "{}", answer.text);
        assert_eq!(answer.body.get(BADGE), None);
        extended.close().await;
    }

    async fn a_group_answers_what_is_for_request_where_it_was_written(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let body = json!({ "displayName": "Engineering", TEAM: { "product": "P", "budget": "7" } });
        let created = world.post("/Groups", body.clone()).await;
        let path = format!("/Groups/{}", created.body["id"].as_str().unwrap());
        assert_eq!(created.body[TEAM], body[TEAM]);
        assert_eq!(world.get(&path).await.body[TEAM], json!({ "product": "P" }));
        assert_eq!(world.put(&path, body.clone()).await.body[TEAM], body[TEAM]);
        let budget = json!([{ "op": "replace", "path": format!("{TEAM}:budget"), "value": "8" }]);
        assert_eq!(world.patch(&path, budget).await.body[TEAM]["budget"], "8");
        let elsewhere = world.post("/Users", json!({ "userName": "ava@x.y", TEAM: { "product": "P" } })).await;
        assert_eq!((elsewhere.status, elsewhere.body.get(TEAM)), (201, None), "it is an extension of groups");
        let product = json!([{ "op": "replace", "path": format!("{TEAM}:product"), "value": "Q" }]);
        assert_eq!(world.patch(&path, product).await.body[TEAM], json!({ "product": "Q" }));
        extended.close().await;
    }

    async fn what_is_immutable_keeps_its_first_value(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let id = world.created("/Users", badge("B1", json!({ "issuer": { "desk": "7" } }))).await;
        let path = format!("/Users/{id}");
        let replace = |name: &str, value: &str| json!([{ "op": "replace", "path": format!("{BADGE}:{name}"), "value": value }]);
        assert_eq!(world.patch(&path, replace("number", "B1")).await.status, 200, "the same value");
        assert_eq!(world.patch(&path, replace("issuer.office", "North")).await.status, 200, "the first value");
        for operations in [
            replace("number", "B2"),
            replace("issuer.office", "South"),
            json!([{ "op": "remove", "path": format!("{BADGE}:issuer") }]),
            json!([{ "op": "remove", "path": BADGE }]),
            json!([{ "op": "add", "value": { BADGE: { "number": "B2" } } }]),
        ] {
            let refused = world.patch(&path, operations.clone()).await;
            assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("mutability")), "{operations}");
        }
        let refused = world.put(&path, badge("B2", json!({}))).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("mutability")));
        let silent = json!({ "schemas": [USER, BADGE], "userName": "b1@x.y", BADGE: { "color": "red" } });
        let replaced = world.put(&path, silent).await;
        assert_eq!((replaced.status, &replaced.body[BADGE]["number"]), (200, &json!("B1")), "{}", replaced.text);
        extended.close().await;
    }

    async fn groups_have_theirs(world: World) {
        let extended = registered(world).await;
        let world = &extended;
        let id = world.created("/Groups", json!({ "displayName": "A", TEAM: { "product": "Rockets" } })).await;
        assert_eq!(world.ids("/Groups", &format!("{TEAM}:product eq \"rockets\"")).await, std::slice::from_ref(&id));
        let path = format!("/Groups/{id}");
        let patched = world.patch(&path, json!([{ "op": "replace", "path": format!("{TEAM}:product"), "value": "Cars" }]));
        assert_eq!(patched.await.body[TEAM], json!({ "product": "Cars" }));
        let ava = world.user("ava@x.y").await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ava }] }]);
        assert_eq!(world.patch(&path, add).await.status, 200);
        let named = json!([{ "op": "replace", "path": format!("{TEAM}:members"), "value": ["Ava", "Sam"] }]);
        assert_eq!(world.patch(&path, named).await.body[TEAM]["members"], json!(["Ava", "Sam"]));
        assert_eq!(world.members(&id).await, [ava], "its own members are others");
        let refused = world.find("/Groups", &format!("{BADGE}:number eq \"1\"")).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "of users alone");
        extended.close().await;
    }

    async fn what_came_before_the_schema_was_registered_is_brought_into_line(world: World) {
        let odd = BADGE.to_uppercase().replace("URN:EXAMPLE", "urn:Example");
        let early = world.created("/Users", json!({
            "userName": "early@x.y", &odd: { "NUMBER": "aB1", "Level": 9, "validUntil": "2027-01-01T00:00:00Z",
                "doors": "North", "floors": ["2"], "issuer": "West" },
        })).await;
        let lacking = world.created("/Users", json!({ "userName": "lacking@x.y", BADGE: { "color": "red" } })).await;
        let later = world.sibling_with(|builder| builder.extend_users(&OF_USERS)).await;
        let send = async |method: Method, path: &str, body: Option<Value>| {
            let request = world.request(method, path, "admin").content_type("application/scim+json");
            world.send_to(&later, request.body(body.map(|body| body.to_string()).unwrap_or_default())).await
        };
        let user = send(Method::GET, &format!("/Users/{early}"), None).await.body;
        assert_eq!((&user[BADGE]["number"], user.get(&odd)), (&json!("aB1"), None), "{user}");
        for (filter, finds) in [
            ("number eq \"aB1\"", true), ("number eq \"ab1\"", false), ("level gt 8", true), ("floors eq \"2\"", true),
            ("validUntil gt \"2099-01-01T00:00:00Z\"", false), ("doors[value eq \"North\"]", false),
            ("doors.value sw \"N\"", false),
        ] {
            let found = send(Method::GET, &format!("/Users?filter={}", encode(&format!("{BADGE}:{filter}"))), None).await;
            assert_eq!(found.body["totalResults"], u64::from(finds), "{filter}: {}", found.text);
        }
        let patch = |operation: Value| Some(json!({ "Operations": [operation] }));
        let leave = patch(json!({ "op": "replace", "path": "active", "value": false }));
        let left = send(Method::PATCH, &format!("/Users/{lacking}"), leave).await;
        assert_eq!((left.status, &left.body["active"]), (200, &json!(false)), "what it lacks keeps nobody active");
        let color = patch(json!({ "op": "replace", "path": format!("{BADGE}:color"), "value": "blue" }));
        assert_eq!(send(Method::PATCH, &format!("/Users/{lacking}"), color).await.status, 400, "but is asked for now");
        let number = patch(json!({ "op": "add", "path": format!("{BADGE}:number"), "value": "7" }));
        assert_eq!(send(Method::PATCH, &format!("/Users/{lacking}"), number).await.status, 200);
        for (path, value) in [("issuer.desk", json!("7")), ("doors", json!([{ "value": "South" }]))] {
            let add = patch(json!({ "op": "add", "path": format!("{BADGE}:{path}"), "value": value }));
            assert_eq!(send(Method::PATCH, &format!("/Users/{early}"), add).await.status, 200, "{path}");
        }
        let user = send(Method::GET, &format!("/Users/{early}"), None).await.body;
        assert_eq!(user[BADGE]["issuer"], json!({ "desk": "7" }));
    }

    async fn a_schema_that_cannot_be_served_is_refused_with_the_reason(world: World) {
        static CORE: Schema = Schema::new(USER, "User", "", &[Attribute::string("a", "A.")]);
        let builder = ScimModule::builder(world.writer.clone(), crate::world::Roles).extend_users(&CORE);
        let Err(Error::Invalid(reason)) = builder.build().await else { panic!("built") };
        assert!(reason.contains(USER), "{reason}");
        assert_eq!(world.call(Method::GET, "/Users", None).await.status, 200);
    }
}
