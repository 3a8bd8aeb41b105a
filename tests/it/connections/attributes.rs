//! A connection keeps the attributes of users that its list names, and nothing else of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use fleet_scim::{
    hosts::Source,
    poem::http::Method,
    sea_orm::{ConnectionTrait, Statement},
};
use serde_json::{Value, json};

use super::{call, change, connect};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World, encode},
};

const BADGE: &str = "urn:acme:badge";

async fn keep(world: &World, names: Value) {
    let changed = change(world, "default", json!({ "settings": { "attributes": names } })).await;
    assert_eq!((changed.status, &changed.body["settings"]["attributes"]), (200, &names), "{}", changed.text);
}

fn ava() -> Value {
    json!({
        "schemas": [USER, ENTERPRISE, BADGE], "userName": "ava@x.y", "externalId": "1", "active": true, "displayName": "Ava",
        "name": { "givenName": "Ava", "familyName": "Nguyen" }, "title": "Engineer", "nickName": "A",
        "emails": [{ "value": "ava@home.y", "type": "home" }], "phoneNumbers": [{ "value": "+49 1", "type": "work" }],
        ENTERPRISE: { "department": "Sales", "employeeNumber": "7" }, BADGE: { "number": 1 },
    })
}

/// Holds an answer to what a connection keeps that keeps the title and the department.
fn is_narrow(user: &Value) {
    let mut names: Vec<&String> = user.as_object().unwrap().keys().collect();
    names.sort();
    let kept = [
        "active",
        "displayName",
        "externalId",
        "groups",
        "id",
        "meta",
        "name",
        "schemas",
        "title",
        ENTERPRISE,
        "userName",
    ];
    let kept: Vec<&str> = kept.into_iter().filter(|name| *name != "groups" || user.get("groups").is_some()).collect();
    assert_eq!(names, kept, "{user}");
    assert_eq!(user[ENTERPRISE], json!({ "department": "Sales" }));
    assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
}

/// Says whether a text is anywhere in what is stored of users.
async fn is_stored(world: &World, text: &str) -> bool {
    let backend = world.writer.get_database_backend();
    let as_text = match world.backend {
        crate::databases::Backend::MySql => "CHAR",
        _ => "TEXT",
    };
    let sql = format!(
        "SELECT COUNT(*) AS found FROM (SELECT resource AS t FROM scim_users UNION ALL SELECT CAST(document AS {as_text}) FROM scim_user_search
         UNION ALL SELECT email FROM scim_user_emails UNION ALL SELECT email_key FROM scim_user_keys) x WHERE x.t LIKE '%{text}%'"
    );
    let row = world.writer.query_one_raw(Statement::from_string(backend, sql)).await.unwrap().unwrap();
    row.try_get::<i64>("", "found").unwrap() > 0
}

/// Lets the worker work until no connection is in such a state.
async fn work_until_none(world: &World, state: &str) {
    let sql = format!("SELECT id FROM scim_connections WHERE {state}");
    for _ in 0..50 {
        world.scim.worker(tokio::time::sleep(Duration::from_millis(300))).await;
        let statement = Statement::from_string(world.writer.get_database_backend(), sql.clone());
        if world.writer.query_one_raw(statement).await.unwrap().is_none() {
            return;
        }
    }
    panic!("there is still something to narrow: {state}");
}

on_each_database! {
    async fn what_is_not_kept_is_not_stored_whichever_way_it_comes(world: World) {
        keep(world, json!(["title", format!("{ENTERPRISE}:department")])).await;
        let created = world.post("/Users", ava()).await;
        assert_eq!(created.status, 201, "{}", created.text);
        is_narrow(&created.body);
        let path = format!("/Users/{}", created.body["id"].as_str().unwrap());
        is_narrow(&world.put(&path, ava()).await.body);
        let phone = json!([{ "value": "+49 1", "type": "work" }]);
        for operations in [
            json!([{ "op": "add", "path": "phoneNumbers", "value": phone }]),
            json!([{ "op": "replace", "value": { "nickName": "A", "emails": [{ "value": "ava@home.y" }] } }]),
            json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "ava@home.y" }]),
            json!([{ "op": "add", "path": format!("{ENTERPRISE}:employeeNumber"), "value": "7" }]),
            json!([{ "op": "add", "path": format!("{BADGE}:number"), "value": 1 }]),
        ] {
            let patched = world.patch(&path, operations).await;
            assert_eq!(patched.status, 200, "{}", patched.text);
            is_narrow(&patched.body);
        }
        let version = world.get(&path).await.body["meta"]["version"].clone();
        world.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
        is_narrow(&world.post("/Users", ava()).await.body);
        assert_ne!(world.get(&path).await.body["meta"]["version"], version, "somebody was reactivated");
        world.host(1, &Source::MdmIdpAccounts, "ava@home.y").await;
        assert!(world.owner(1).await.is_none(), "an address that is not kept finds no host");
        for text in ["home.y", "+49", "\"A\"", "employeeNumber", "badge"] {
            assert!(!is_stored(world, text).await, "{text}");
        }
    }

    async fn a_filter_on_what_is_not_kept_is_refused_and_schemas_say_what_is(world: World) {
        keep(world, json!(["title", format!("{ENTERPRISE}:department"), BADGE])).await;
        for filter in [
            r#"emails.value eq "a""#, r#"emails[type eq "work"]"#, "nickName pr", r#"not (phoneNumbers pr)"#, r#"title pr and emails pr"#,
            r#"employeeNumber eq "7""#, r#"urn:acme:car:colour eq "red""#,
        ] {
            for path in ["/Users", ""] {
                let refused = world.find(path, filter).await;
                if path.is_empty() {
                    let searched = world.post("/.search", json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter })).await;
                    assert_eq!((searched.status, &searched.body["scimType"]), (400, &json!("invalidFilter")), "{filter}: {}", searched.text);
                    continue;
                }
                assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{filter}: {}", refused.text);
                assert!(refused.detail().contains("does not keep"), "{}", refused.text);
            }
        }
        for filter in [
            r#"userName eq "a""#, r#"title eq "a""#, r#"department eq "a""#, "externalId pr", r#"name.familyName sw "N""#, "groups pr", "active eq true",
            r#"meta.lastModified gt "2026-01-01T00:00:00Z""#, r#"urn:acme:badge:number eq 1"#,
            r#"urn:fleet:params:scim:schemas:extension:host:2.0:User:hosts.display eq "a""#,
        ] {
            assert_eq!(world.find("/Users", filter).await.status, 200, "{filter}");
        }
        let names = async |urn: &str| {
            let schema = world.get(&format!("/Schemas/{urn}")).await.body;
            schema["attributes"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(USER).await, ["userName", "name", "displayName", "title", "active", "groups", "externalId"]);
        assert_eq!(names(ENTERPRISE).await, ["department"]);
        assert!(names("urn:ietf:params:scim:schemas:core:2.0:Group").await.contains(&"members".to_owned()));
        let other = connect(world, "okta").await;
        let everything = call(world, &other, Method::GET, &format!("/Schemas/{USER}"), None).await;
        assert!(everything.body["attributes"].as_array().unwrap().len() > 15, "the setting is of one connection");
        let created = call(world, &other, Method::POST, "/Users", Some(ava())).await;
        assert_eq!(created.body["nickName"], "A");
        assert_eq!(call(world, &other, Method::GET, &format!("/Users?filter={}", encode("nickName pr")), None).await.body["totalResults"], 1);
    }

    async fn nobody_is_sorted_by_what_is_not_kept_and_no_resource_type_names_it(world: World) {
        let extensions = async |id: &str| world.get(&format!("/ResourceTypes/{id}")).await.body["schemaExtensions"].clone();
        assert_eq!(extensions("User").await[0]["schema"], ENTERPRISE);
        keep(world, json!(["emails"])).await;
        assert_eq!((extensions("User").await, extensions("Group").await), (json!([]), json!([])));
        let group = world.get("/Schemas/urn:fleet:params:scim:schemas:extension:identifier:2.0:Group").await.body;
        assert_eq!(group["attributes"].as_array().unwrap().len(), 1, "all of a group is kept");
        for sort_by in ["title", "nickName", "department", "urn:acme:car:colour"] {
            for refused in [
                world.get(&format!("/Users?sortBy={}", encode(sort_by))).await,
                world.post("/Users/.search", json!({ "sortBy": sort_by })).await,
                world.post("/.search", json!({ "sortBy": sort_by })).await,
            ] {
                assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")), "{sort_by}: {}", refused.text);
            }
        }
        for sort_by in ["userName", "emails", "name.familyName", "meta.created", "externalId"] {
            assert_eq!(world.get(&format!("/Users?sortBy={sort_by}")).await.status, 200, "{sort_by}");
        }
        assert_eq!(world.get("/Groups?sortBy=externalId").await.status, 200);
        keep(world, json!(["emails", format!("{ENTERPRISE}:department")])).await;
        assert_eq!(extensions("User").await[0]["schema"], ENTERPRISE);
    }

    async fn what_is_stored_is_narrowed_and_once_more_for_a_request_that_did_not_know(like: World) {
        let seconds = Arc::new(AtomicU64::new(1_795_824_000));
        let shown = seconds.clone();
        let clock = move || UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed));
        let world = World::with(like.backend, |builder| builder.clock(clock)).await.unwrap();
        let mut paths = Vec::new();
        for number in 0..120 {
            let mut body = ava();
            (body["userName"], body["externalId"]) = (json!(format!("u{number}@x.y")), json!(number.to_string()));
            paths.push(format!("/Users/{}", world.created("/Users", body).await));
        }
        let small = world.user("small@x.y").await;
        let version = world.get(&format!("/Users/{small}")).await.body["meta"]["version"].clone();
        keep(&world, json!(["title", format!("{ENTERPRISE}:department")])).await;
        work_until_none(&world, "attributes_after >= 0").await;
        for path in &paths {
            is_narrow(&world.get(path).await.body);
        }
        for text in ["home.y", "+49", "employeeNumber", "badge"] {
            assert!(!is_stored(&world, text).await, "{text}");
        }
        assert_eq!(world.get(&format!("/Users/{small}")).await.body["meta"]["version"], version, "nothing of it changed");
        // A process that believes the old setting for a second more.
        let late = r#"UPDATE scim_users SET resource = REPLACE(resource, '"title"', '"nickName":"late","title"') WHERE user_name = 'u3@x.y'"#;
        world.writer.execute_unprepared(late).await.unwrap();
        work_until_none(&world, "attributes_after >= 0").await;
        assert!(is_stored(&world, "late").await, "the last pass waits until such requests have ended");
        seconds.fetch_add(601, Ordering::Relaxed);
        work_until_none(&world, "attributes_after IS NOT NULL OR attributes_again_at IS NOT NULL").await;
        assert!(!is_stored(&world, "late").await);
        world.close().await;
    }

    async fn a_list_that_cannot_be_is_refused_by_its_name_and_null_keeps_everything(world: World) {
        for (names, said) in [
            (json!([]), "list of names"),
            (json!("emails"), "list of names"),
            (json!([1]), "list of names"),
            (json!(["emails", "shoeSize"]), "shoeSize"),
            (json!(["emails.value"]), "whole attribute"),
            (json!(["groups"]), "server itself"),
            (json!((0..101).map(|number| format!("urn:acme:{number}:a")).collect::<Vec<_>>()), "100"),
        ] {
            let refused = change(world, "default", json!({ "settings": { "attributes": names } })).await;
            assert!(refused.status == 400 && refused.detail().contains(said), "{names}: {}", refused.text);
        }
        keep(world, json!(["title"])).await;
        keep(world, Value::Null).await;
        assert_eq!(world.post("/Users", ava()).await.body["nickName"], "A");
        let made = world.post("/connections", json!({ "name": "hr", "settings": { "attributes": ["DEPARTMENT"] } })).await;
        assert_eq!(made.body["settings"]["attributes"], json!([format!("{ENTERPRISE}:department")]), "{}", made.text);
    }
}
