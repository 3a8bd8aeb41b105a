//! A host server for tests, with the module mounted, a database of its own, and callers with each role.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use fleet_scim::{
    Authenticator, AuthenticatorError, Builder, ConnectionId, HostId, Principal, Role, ScimModule,
    hosts::{HostEndUsers, Ownership, Source},
    poem::{
        Body, Endpoint, EndpointExt, Request, RequestParts, Route,
        endpoint::BoxEndpoint,
        http::{self, HeaderMap, Method, uri::Scheme},
        web::{LocalAddr, RemoteAddr},
    },
    sea_orm::DatabaseConnection,
};
use serde_json::{Value, json};

use crate::databases::{Backend, Place, connect};

pub const MOUNT: &str = "/api/v1/fleet/scim";
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const HOSTS: &str = "urn:fleet:params:scim:schemas:extension:host:2.0:User";
pub const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// Runs each promise on SQLite, and on PostgreSQL and MySQL/MariaDB. Without a server their tests are ignored.
#[macro_export]
macro_rules! on_each_database {
    ($($(#[$attribute:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a promise uses what its file imports")]
            use super::*;

            async fn promise($world: &World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::world::keep($crate::databases::Backend::Sqlite, async |world| promise(world).await).await;
            }

            fleet_scim_dev::on_postgres! {
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    $crate::world::keep($crate::databases::Backend::Postgres, async |world| promise(world).await).await;
                }
            }

            fleet_scim_dev::on_mysql! {
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn mysql() {
                    $crate::world::keep($crate::databases::Backend::MySql, async |world| promise(world).await).await;
                }
            }
        }
    )*};
}

pub async fn keep(backend: Backend, promise: impl AsyncFnOnce(&World)) {
    let Some(world) = World::new(backend).await else { return };
    promise(&world).await;
    world.close().await;
}

pub struct World {
    pub backend: Backend,
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    pub scim: ScimModule,
    app: Arc<BoxEndpoint<'static, fleet_scim::poem::Response>>,
    statements: Arc<AtomicUsize>,
    pub place: Place,
}

/// An authenticator whose tokens are the names of roles. `ava` is an administrator who is a user, `other` is one of the
/// second connection, `other-maintainer` its maintainer, `broken` fails, and `panic` panics.
pub struct Roles;

impl Authenticator for Roles {
    async fn authenticate(&self, token: &str) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(match token {
            "admin" => Some(Principal::new(Role::Admin)),
            "maintainer" => Some(Principal::new(Role::Maintainer)),
            "observer" => Some(Principal::new(Role::Observer)),
            "other" => Some(Principal::new(Role::Admin).of_connection(ConnectionId(2))),
            "other-maintainer" => Some(Principal::new(Role::Maintainer).of_connection(ConnectionId(2))),
            "ava" => Some(Principal::new(Role::Admin).as_user("AVA@example.com")),
            "broken" => return Err(AuthenticatorError::new("the token store is away")),
            "panic" => panic!("a host's own code may panic"),
            _ => None,
        })
    }
}

impl World {
    pub async fn new(backend: Backend) -> Option<Self> {
        Self::with(backend, |builder| builder).await
    }

    pub async fn with(backend: Backend, set: impl FnOnce(Builder) -> Builder) -> Option<Self> {
        let place = backend.place().await?;
        Some(Self::at(backend, place, set).await)
    }

    pub async fn at(backend: Backend, place: Place, set: impl FnOnce(Builder) -> Builder) -> Self {
        let statements = Arc::new(AtomicUsize::new(0));
        let sqlite = backend == Backend::Sqlite;
        let writer = connect(&place.url, if sqlite { 1 } else { 16 }).await;
        let reader = if sqlite { connect(&place.url, 4).await } else { writer.clone() };
        let counter = statements.clone();
        let builder =
            ScimModule::builder(writer.clone(), Roles).reader(reader.clone()).observe_statements(move |text| {
                if !ends_or_begins(text) {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
        let scim = set(builder).build().await.unwrap();
        let app = Route::new().nest(MOUNT, scim.endpoint()).nest("/api/latest/fleet/scim", scim.endpoint());
        let app = Arc::new(app.map_to_response().boxed());
        Self { backend, writer, reader, scim, app, statements, place }
    }

    pub async fn close(self) {
        let Self { writer, reader, scim, app, place, .. } = self;
        drop((scim, app));
        let _ = reader.close().await;
        let _ = writer.close().await;
        place.remove().await;
    }

    /// Starts a module on the same database, as a second process would.
    pub async fn sibling(&self) -> ScimModule {
        self.sibling_with(|builder| builder).await
    }

    pub async fn sibling_with(&self, set: impl FnOnce(Builder) -> Builder) -> ScimModule {
        let writer = connect(&self.place.url, if self.backend == Backend::Sqlite { 1 } else { 16 }).await;
        set(ScimModule::builder(writer, Roles)).build().await.unwrap()
    }

    /// Opens another pool on the same database, as another program would.
    pub async fn another_pool(&self) -> DatabaseConnection {
        connect(&self.place.url, 2).await
    }

    /// Counts the statements that run while a future does. Those that only begin or end a transaction do not count.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (usize, T) {
        let before = self.statements.load(Ordering::SeqCst);
        let done = work.await;
        (self.statements.load(Ordering::SeqCst) - before, done)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Sends a PATCH with these operations.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.call(Method::PATCH, path, Some(json!({ "schemas": [PATCH_OP], "Operations": operations }))).await
    }

    /// Gets the resources that match a filter.
    pub async fn find(&self, endpoint: &str, filter: &str) -> Answer {
        self.get(&format!("{endpoint}?filter={}", encode(filter))).await
    }

    /// Returns the ids of the resources that match a filter.
    pub async fn ids(&self, endpoint: &str, filter: &str) -> Vec<String> {
        let found = self.find(endpoint, filter).await;
        assert_eq!(found.status, 200, "{filter}: {}", found.body);
        let resources = found.body["Resources"].as_array().unwrap();
        assert_eq!(found.body["totalResults"], resources.len(), "{filter}");
        resources.iter().map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path, "admin");
        let request = match body {
            Some(body) => request.content_type("application/scim+json").body(body.to_string()),
            None => request.finish(),
        };
        self.send(request).await
    }

    /// Builds a request below the mount with a token.
    pub fn request(&self, method: Method, path: &str, token: &str) -> fleet_scim::poem::RequestBuilder {
        Request::builder()
            .method(method)
            .uri_str(format!("{MOUNT}{path}"))
            .header("host", "fleet.example.com")
            .header("authorization", format!("Bearer {token}"))
    }

    pub async fn send(&self, request: Request) -> Answer {
        answer_of(&self.app, request).await
    }

    /// Returns the status and the length of an answer. It is not parsed: that costs more than making it.
    pub async fn status_of(&self, request: Request) -> (u16, usize) {
        let response = self.app.call(as_from_a_socket(request)).await.unwrap_or_else(|error| error.into_response());
        let status = response.status().as_u16();
        (status, response.into_body().into_bytes().await.unwrap().len())
    }

    /// Sends a request to another process on the same database, like [`World::send`].
    pub async fn send_to(&self, other: &ScimModule, request: Request) -> Answer {
        let app: BoxEndpoint<'static, _> = Route::new().nest(MOUNT, other.endpoint()).map_to_response().boxed();
        answer_of(&app, request).await
    }

    /// Creates an active user with this `userName`, and returns its id.
    pub async fn user(&self, user_name: &str) -> String {
        let body = json!({
            "schemas": [USER],
            "userName": user_name,
            "name": { "givenName": "Test", "familyName": "User" },
            "active": true,
        });
        self.created("/Users", body).await
    }

    /// Creates a group with these members, and returns its id.
    pub async fn group(&self, display_name: &str, members: &[&str]) -> String {
        let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
        self.created("/Groups", json!({ "schemas": [GROUP], "displayName": display_name, "members": members })).await
    }

    pub async fn created(&self, endpoint: &str, body: Value) -> String {
        let answer = self.post(endpoint, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Returns the ids of a group's members.
    pub async fn members(&self, group: &str) -> Vec<String> {
        let answer = self.get(&format!("/Groups/{group}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let members = answer.body["members"].as_array().unwrap();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
    }

    /// Gives a host one address.
    pub async fn host(&self, host: i64, source: &Source, email: &str) {
        self.scim.hosts().set_emails(HostId(host), source, &[email]).await.unwrap();
    }

    pub async fn end_users(&self, host: i64) -> HostEndUsers {
        self.scim.hosts().end_users_of(HostId(host)).await.unwrap()
    }

    /// Returns the SCIM id of the user that owns a host.
    pub async fn owner(&self, host: i64) -> Option<String> {
        let of_host = self.end_users(host).await;
        let owner = of_host.end_users.first().and_then(|end_user| end_user.scim_user_id.clone());
        assert_eq!(owner.is_some(), matches!(of_host.ownership, Ownership::Owned { .. }), "{of_host:?}");
        owner
    }

    /// Returns what `/details` says of the last request.
    pub async fn last_request(&self) -> Value {
        self.get("/details").await.body["last_request"].clone()
    }
}

async fn answer_of(app: &BoxEndpoint<'static, fleet_scim::poem::Response>, request: Request) -> Answer {
    let response = app.call(as_from_a_socket(request)).await.unwrap_or_else(|error| error.into_response());
    let (parts, body) = response.into_parts();
    let bytes = body.into_bytes().await.unwrap();
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        text: String::from_utf8_lossy(&bytes).into_owned(),
        bytes: bytes.to_vec(),
    };
    if answer.header("content-encoding").is_none() {
        answer.hold_to_the_rules();
    }
    answer
}

/// Says whether a statement only begins or ends a transaction.
fn ends_or_begins(statement: &str) -> bool {
    ["BEGIN", "SET TRANSACTION", "COMMIT", "ROLLBACK"].iter().any(|word| statement.starts_with(word))
}

/// Sets the URL that a request came with, which poem's own builder leaves empty. Locations follow it.
fn as_from_a_socket(request: Request) -> Request {
    let (built, body) = request.into_parts();
    let (mut parts, ()) = http::Request::new(()).into_parts();
    (parts.method, parts.uri, parts.headers) = (built.method, built.uri, built.headers);
    let parts = RequestParts::from((parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP));
    Request::from_parts(parts, body)
}

/// Returns the number of cases of a property: `PROPTEST_CASES`, or `unless_told`.
pub fn cases(unless_told: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(unless_told)
}

/// Returns the same seed in each run, so that a change is judged by what it changes. With `PROPTEST_CASES` it is
/// random.
pub fn seed() -> proptest::test_runner::RngSeed {
    use proptest::test_runner::RngSeed;
    if std::env::var_os("PROPTEST_CASES").is_some() { RngSeed::Random } else { RngSeed::Fixed(9865) }
}

/// Percent-encodes everything but letters and digits.
pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric();
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Builds a request with any body, for what is not JSON.
pub fn raw(request: fleet_scim::poem::RequestBuilder, body: impl Into<Body>) -> Request {
    request.body(body)
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }

    /// Checks what every client depends on in every answer.
    fn hold_to_the_rules(&self) {
        if self.status == 204 || self.status == 304 {
            assert_eq!(self.text, "");
            return;
        }
        if self.text.is_empty() {
            return;
        }
        // The token endpoint is OAuth's and no part of SCIM.
        if self.body.get("access_token").is_some() || self.body.get("error").is_some() {
            assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.text);
            return;
        }
        assert_eq!(self.header("content-type"), Some("application/scim+json"), "{}", self.text);
        assert!(!has_null(&self.body) || self.body.get("last_request").is_some(), "{}", self.text);
        if self.status >= 400 {
            assert_eq!(self.body["schemas"], json!([ERROR]), "{}", self.text);
            assert_eq!(self.body["status"], self.status.to_string());
            assert_ne!(self.detail(), "");
        } else if let Some(etag) = self.header("etag") {
            let version = &self.body["meta"]["version"];
            assert!(version.is_null() || version == etag, "{}", self.text);
        }
        if self.status == 201 {
            let location = &self.body["meta"]["location"];
            assert!(self.header("location").is_some_and(|header| location.is_null() || location == header));
        }
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(has_null),
        Value::Object(object) => object.values().any(has_null),
        _ => false,
    }
}
