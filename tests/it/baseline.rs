//! A populated database of the baseline can be upgraded. The baseline's own binary made the dumps. Since the baseline,
//! steps of the migration are only added.
//!
//! `UPDATE_BASELINE=1 cargo test baseline` made them, with `sqlite3`, `pg_dump` and `mariadb-dump`, before the tag
//! `baseline`. Never run it again.

use std::{path::PathBuf, process::Command};

use fleet_scim::{
    HostId, ScimModule,
    hosts::Source,
    sea_orm::{ConnectionTrait, Statement},
};
use serde_json::{Value, json};

use crate::{
    databases::{Backend, connect},
    schema,
    world::{ENTERPRISE, World, encode},
};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/baseline").join(name)
}

const fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite.sql",
        Backend::Postgres => "postgres.sql",
        Backend::MySql => "mariadb.sql",
    }
}

/// Creates two connections, users in every state, nested groups, former names, hosts, changes and logged requests.
async fn populate(world: &World) {
    let people: Vec<Value> = (0..30)
        .map(|number| {
            json!({
                "userName": format!("User{number}@Example.com"), "externalId": format!("ext-{number}"), "active": number % 5 != 0,
                "name": { "givenName": format!("Given {number}"), "familyName": "Ångström" },
                "emails": [{ "value": format!("mail{number}@example.com"), "type": "work", "primary": true }],
                "title": "Ingénieur", ENTERPRISE: { "department": format!("Department {}", number % 3) },
                "urn:acme:badge": { "number": number, "tags": ["a", "b"] },
            })
        })
        .collect();
    let mut ids = Vec::new();
    for person in people {
        ids.push(world.created("/Users", person).await);
    }
    let some: Vec<&str> = ids.iter().take(20).map(String::as_str).collect();
    let inner = world.group("Engineering", &some).await;
    world.group("Everybody", &[&inner, &ids[25]]).await;
    let renamed = json!([{ "op": "replace", "path": "userName", "value": "mail7@example.com" }]);
    world.patch(&format!("/Users/{}", ids[7]), renamed).await;
    world.delete(&format!("/Users/{}", ids[29])).await;
    for number in 0..10 {
        world.host(number + 1, &Source::MdmIdpAccounts, &format!("mail{number}@example.com")).await;
    }
    world.scim.hosts().set_names([(HostId(1), "laptop-1".to_owned())]).await.unwrap();
    let other = world.scim.ensure_connection("Other").await.unwrap();
    world.scim.set_additive_replace(other, true).await.unwrap();
    world.get("/Users?cursor&count=10").await;
    world.scim.worker(async {}).await;
}

/// Returns the SQL that creates the database again.
fn dump(backend: Backend, url: &str) -> String {
    let output = match backend {
        Backend::Sqlite => Command::new("sqlite3").arg(url.trim_start_matches("sqlite://")).arg(".dump").output(),
        Backend::Postgres => {
            Command::new("pg_dump").args(["--inserts", "--no-owner", "--no-privileges", "--no-comments", url]).output()
        }
        Backend::MySql => {
            let (user, rest) = url.trim_start_matches("mysql://").split_once('@').unwrap();
            let (user, password) = user.split_once(':').unwrap();
            let (server, database) = rest.split_once('/').unwrap();
            let (host, port) = server.split_once(':').unwrap();
            Command::new("mariadb-dump")
                .args([
                    "--skip-comments",
                    "--skip-add-locks",
                    "--skip-lock-tables",
                    "--no-tablespaces",
                    "--protocol=tcp",
                ])
                .args([
                    &format!("-u{user}"),
                    &format!("-p{password}"),
                    &format!("-h{host}"),
                    &format!("-P{port}"),
                    database,
                ])
                .output()
        }
    };
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Commands of the databases' own shells are left out, and so is the name of the user who made the dump.
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with(['\\', '-']) && !line.contains("DEFINER="));
    lines.filter(|line| !line.contains("sandbox mode")).map(|line| format!("{line}\n")).collect()
}

async fn is_upgraded(backend: Backend) {
    if std::env::var_os("UPDATE_BASELINE").is_some() {
        let Some(world) = World::new(backend).await else { return };
        populate(&world).await;
        std::fs::create_dir_all(file("")).unwrap();
        std::fs::write(file(name(backend)), dump(backend, &world.place.url)).unwrap();
        world.close().await;
    }
    let Some(place) = backend.empty_place(false).await else { return };
    let text = std::fs::read_to_string(file(name(backend))).unwrap();
    // A dump changes settings of its database connection, so that one is not used for anything else.
    let loader = connect(&place.url, 1).await;
    loader.execute_unprepared(&text).await.unwrap();
    loader.close().await.unwrap();
    let database = connect(&place.url, 1).await;
    ScimModule::migrate(&database).await.unwrap();
    assert_eq!(schema::description(&database).await, schema::written(backend), "as if it had been made today");
    let rows =
        |sql: &str| database.query_all_raw(Statement::from_string(database.get_database_backend(), sql.to_owned()));
    assert!(!rows("SELECT id FROM scim_requests").await.unwrap().is_empty());
    database.close().await.unwrap();
    let world = World::at(backend, place, |builder| builder).await;
    is_all_there(&world).await;
    world.close().await;
}

async fn is_all_there(world: &World) {
    assert_eq!(world.get("/Users").await.body["totalResults"], 29);
    for (filter, count) in [
        ("active eq false", 6),
        ("name.familyName eq \"ÅNGSTRÖM\"", 29),
        ("department eq \"department 1\"", 10),
        ("urn:acme:badge:number ge 20", 9),
        ("groups.display eq \"engineering\"", 20),
        ("emails.value eq \"MAIL3@example.com\"", 1),
        ("userName eq \"mail7@example.com\"", 1),
    ] {
        let found = world.get(&format!("/Users?filter={}", encode(filter))).await;
        assert_eq!(found.body["totalResults"], count, "{filter}: {}", found.text);
    }
    let user = &world.find("/Users", "userName eq \"user3@example.com\"").await.body["Resources"][0];
    assert_eq!((&user["title"], &user["urn:acme:badge"]["tags"]), (&json!("Ingénieur"), &json!(["a", "b"])));
    let everybody = world.find("/Groups", "displayName eq \"everybody\"").await.body["Resources"][0].clone();
    assert_eq!(everybody["members"].as_array().unwrap().len(), 2);
    assert_eq!(world.owner(4).await.as_ref(), user["id"].as_str().map(str::to_owned).as_ref());
    assert_eq!(world.end_users(1).await.end_users[0].idp_active, Some(false), "one who left");
    // The upgraded database takes new writes.
    let new = world.user("new@example.com").await;
    let group = everybody["id"].as_str().unwrap();
    let added = world
        .patch(&format!("/Groups/{group}"), json!([{ "op": "add", "path": "members", "value": [{ "value": new }] }]))
        .await;
    assert_eq!(added.body["members"].as_array().unwrap().len(), 3);
    let taken = world.post("/Users", json!({ "userName": "USER3@example.com" })).await;
    assert_eq!(taken.status, 409);
    assert_eq!(world.scim.ensure_connection("other").await.unwrap().0, 2, "its connection is known by its name");
}

#[tokio::test]
async fn it_is_upgraded_on_sqlite() {
    is_upgraded(Backend::Sqlite).await;
}

fleet_scim_dev::on_postgres! {
    #[tokio::test]
    async fn it_is_upgraded_on_postgres() {
        is_upgraded(Backend::Postgres).await;
    }
}

fleet_scim_dev::on_mysql! {
    #[tokio::test]
    async fn it_is_upgraded_on_mariadb() {
        is_upgraded(Backend::MySql).await;
    }
}
