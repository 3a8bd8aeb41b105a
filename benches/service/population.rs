//! A population of 55,000 people, groups of 100, 20,000 and 50,000 of them, and a host for each of the first thousand.

use std::{
    fmt,
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use fleet_scim::{
    Authenticator, AuthenticatorError, HostId, Principal, Role, ScimModule,
    hosts::Source,
    poem::{Endpoint, Request, Response, Route, endpoint::BoxEndpoint, http::Method},
    sea_orm::{ConnectionTrait, DatabaseConnection},
};
use serde_json::{Value, json};

use crate::{
    databases::{self, Place},
    people,
};

const PEOPLE: usize = 55_000;
const MOUNT: &str = "/api/v1/fleet/scim";

#[derive(Clone, Copy)]
pub struct Backend(databases::Backend);

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

pub fn backends() -> Vec<Backend> {
    let given = |name: &str| std::env::var_os(name).is_some_and(|url| !url.is_empty());
    let mut backends = vec![Backend(databases::Backend::Sqlite)];
    backends.extend(given("TEST_POSTGRES_URL").then_some(Backend(databases::Backend::Postgres)));
    backends.extend(given("TEST_MYSQL_URL").then_some(Backend(databases::Backend::MySql)));
    backends
}

struct Anybody;

impl Authenticator for Anybody {
    async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(Some(Principal::new(Role::Admin)))
    }
}

pub struct Population {
    runtime: tokio::runtime::Runtime,
    scim: ScimModule,
    app: BoxEndpoint<'static, Response>,
    next: AtomicUsize,
    place: Mutex<Option<Place>>,
}

static MADE: [OnceLock<Population>; 3] = [const { OnceLock::new() }; 3];

impl Population {
    /// Removes the databases from the servers.
    pub fn remove_all() {
        for population in MADE.iter().filter_map(OnceLock::get) {
            if let Some(place) = population.place.lock().unwrap().take() {
                population.runtime.block_on(place.remove());
            }
        }
    }

    /// Returns the population of a database. It is created once.
    pub fn of(backend: Backend) -> &'static Self {
        MADE[backend.0 as usize].get_or_init(|| {
            let population = Self::new(backend.0);
            // Without these users, the first measurement would pay for the import: database connections, caches, pages
            // that must still be flushed.
            (0..1000).for_each(|_| drop(population.create_user()));
            population
        })
    }

    fn new(backend: databases::Backend) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (scim, place) = runtime.block_on(async {
            let place = backend.place().await.unwrap();
            let sqlite = backend == databases::Backend::Sqlite;
            let writer = databases::connect(&place.url, if sqlite { 1 } else { 8 }).await;
            let reader = if sqlite { databases::connect(&place.url, 4).await } else { writer.clone() };
            fill(&writer).await;
            let scim = ScimModule::builder(writer, Anybody).reader(reader).build().await.unwrap();
            let hosts = (1..=1000).map(|host| (HostId(host), Source::MdmIdpAccounts, format!("u{host}@x.y")));
            scim.hosts().import(hosts).await.unwrap();
            (scim, place)
        });
        use fleet_scim::poem::EndpointExt;
        let app = Route::new().nest(MOUNT, scim.endpoint()).map_to_response().boxed();
        Self { runtime, scim, app, next: AtomicUsize::new(0), place: Mutex::new(Some(place)) }
    }

    fn call(&self, method: Method, path: &str, body: Option<Value>, status: u16) -> String {
        let request = Request::builder()
            .method(method)
            .uri_str(format!("{MOUNT}{path}"))
            .header("host", "fleet.example.com")
            .header("authorization", "Bearer t");
        let request = match body {
            Some(body) => request.content_type("application/scim+json").body(body.to_string()),
            None => request.finish(),
        };
        self.runtime.block_on(async {
            let response = self.app.call(request).await.unwrap();
            assert_eq!(response.status().as_u16(), status);
            response.into_body().into_string().await.unwrap()
        })
    }

    pub fn get(&self, path: &str, status: u16) -> String {
        self.call(Method::GET, path, None, status)
    }

    fn number(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub fn create_user(&self) -> String {
        let number = self.number();
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("new{number}@x.y"),
            "name": { "givenName": "New", "familyName": "Comer" }, "active": true,
            "emails": [{ "value": format!("new{number}@x.y"), "type": "work", "primary": true }],
        });
        self.call(Method::POST, "/Users", Some(body), 201)
    }

    pub fn toggle_active(&self) -> String {
        let number = self.number();
        let patch = json!({ "Operations": [{ "op": "replace", "value": { "active": number.is_multiple_of(2) } }] });
        self.call(Method::PATCH, "/Users/888", Some(patch), 200)
    }

    /// Adds a user who is in no group yet to a group.
    pub fn add_member(&self, group: usize) -> String {
        let user = 50_001 + self.number() % (PEOPLE - 50_000);
        let patch =
            json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": user.to_string() }] }] });
        self.call(Method::PATCH, &format!("/Groups/group-{group}?excludedAttributes=members"), Some(patch), 200)
    }

    pub fn get_group_of_50_000(&self) -> usize {
        let group: Value = serde_json::from_str(&self.get("/Groups/group-3", 200)).unwrap();
        let members = group["members"].as_array().unwrap().len();
        assert!(members >= 50_000, "{members} members");
        members
    }

    pub fn end_users(&self) -> usize {
        let hosts: Vec<HostId> = (101..=200).map(HostId).collect();
        self.runtime.block_on(self.scim.hosts().end_users(&hosts)).unwrap().len()
    }
}

async fn fill(database: &DatabaseConnection) {
    people::fill(database, PEOPLE).await;
    let backend = database.get_database_backend();
    for (group, members) in [(1, 100), (2, 20_000), (3, 50_000)] {
        let resource =
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": format!("g{group}") });
        let search_document = people::search_document_value(backend, &json!({ "displayname": format!("g{group}") }));
        for sql in [
            format!(
                "INSERT INTO scim_groups (connection_id, display_name, display_name_key, resource, version, created_at, updated_at)
                 VALUES (1,'g{group}','g{group}','{resource}',1,1700000000000,1700000000000)"
            ),
            format!("INSERT INTO scim_group_search (group_id, connection_id, document) VALUES ({group},1,{search_document})"),
            format!(
                "INSERT INTO scim_user_group (connection_id, group_id, user_id)
                 SELECT 1, {group}, id FROM scim_users WHERE id <= {members}"
            ),
        ] {
            database.execute_unprepared(&sql).await.unwrap();
        }
    }
    people::analyze(database).await;
}
