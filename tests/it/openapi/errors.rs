//! Provokes each error that the document shows, and compares the answer word for word.

use fleet_scim::poem::{Body, RequestBuilder, http::Method};
use futures_util::stream;
use serde_json::{Value, json};

use super::{answers, document};
use crate::{
    databases::Backend,
    world::{Answer, World},
};

const TYPE: &str = "application/scim+json";

/// An operation of the document.
#[derive(Clone, Copy)]
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
}

impl Operation<'_> {
    fn request(self, world: &World, token: &str) -> RequestBuilder {
        let id = if self.path.starts_with("/Groups") { "group-1" } else { "1" };
        let path = self.path.replace("{id}", id).replace("{urn}", "urn:nobody:has:this").replace("{name}", "default");
        // Only a token that belongs to a user has a `/Me`.
        let token = if self.path == "/Me" && token == "admin" { "ava" } else { token };
        world.request(Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap(), &path, token)
    }

    fn of_connection(self) -> bool {
        self.path.starts_with("/connections")
    }

    fn group(self) -> bool {
        self.path.starts_with("/Groups")
    }

    fn searches(self) -> bool {
        self.path.ends_with("/.search") || self.method == "get" && ["/Users", "/Groups"].contains(&self.path)
    }

    /// Returns a body that gives a resource a name, or the body of a Bulk or search request.
    fn body(self, name: &str) -> Value {
        let attribute = if self.group() { "displayName" } else { "userName" };
        match (self.method, self.path) {
            (_, "/connections") => json!({ "name": name.split('@').next() }),
            _ if self.of_connection() => json!({}),
            ("patch", _) => json!({ "Operations": [{ "op": "replace", "path": attribute, "value": name }] }),
            (_, "/Bulk") => json!({ "Operations": [] }),
            _ if self.searches() => json!({}),
            _ => json!({ attribute: name }),
        }
    }

    /// Returns a body that is refused as the example of 400 says. A request without a body is refused for its query or
    /// for a header instead.
    fn invalid(self) -> Value {
        match self.method {
            "patch" if self.of_connection() => json!({ "vendor": "oktta" }),
            _ if ["/tokens", "/clients", "/secrets"].iter().any(|end| self.path.ends_with(end)) => {
                json!({ "expiresAt": "tomorrow" })
            }
            "patch" => json!({ "Operations": [{ "op": "remove" }] }),
            _ if self.searches() => json!({ "filter": FILTER }),
            _ => json!({}),
        }
    }

    async fn send(self, world: &World, request: RequestBuilder, body: Value) -> Answer {
        world
            .send(match self.method {
                "get" | "delete" => request.finish(),
                _ => request.body(body.to_string()),
            })
            .await
    }

    /// Makes as many tokens, clients or secrets as there may be, then does this.
    async fn with_too_many(self, world: &World) -> Answer {
        let path = if self.path.ends_with("/rotate") { "/connections/{name}/tokens" } else { self.path };
        let path = path.replace("{name}", "default").replace("{id}", "1");
        while world.post(&path, json!({})).await.status == 201 {}
        self.send(world, self.request(world, "admin").content_type(TYPE), json!({})).await
    }

    /// Does this until the connection has served enough for a second; nothing is created by an empty body.
    async fn too_soon(self, world: &World) -> Answer {
        let limit = async |rate: Value| {
            let settings = json!({ "settings": { "requestsPerSecond": rate } });
            assert_eq!(world.call(Method::PATCH, "/connections/default", Some(settings)).await.status, 200);
        };
        limit(json!(25)).await;
        let refused = loop {
            let answer = self.send(world, self.request(world, "admin").content_type(TYPE), json!({})).await;
            if answer.status == 429 {
                break answer;
            }
        };
        limit(json!(null)).await;
        refused
    }

    async fn provoke(self, status: &str, world: &World, empty: &World) -> Answer {
        let taken = match self.path {
            "/connections" => "default",
            _ if self.group() => "Engineering",
            _ => "taken@example.com",
        };
        let request = self.request(world, "admin").content_type(TYPE);
        match status {
            "400" if self.method == "get" && self.searches() => world.find(self.path, FILTER).await,
            "400" if self.path.ends_with("/rotate") => {
                world.call(Method::POST, "/connections/default/tokens/1/rotate?grace=-1", None).await
            }
            "404" if self.of_connection() => {
                let path = self.path.replace("{name}", "nobody").replace("{id}", "1");
                let method = Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap();
                self.send(world, world.request(method, &path, "admin"), json!({})).await
            }
            "400" if matches!(self.method, "get" | "delete") => {
                self.send(world, request.header("authorization", "Bearer admin"), json!({})).await
            }
            "400" => self.send(world, request, self.invalid()).await,
            "401" => self.send(world, self.request(world, "nobody"), json!({})).await,
            "403" => self.send(world, self.request(world, "observer"), json!({})).await,
            "404" => self.send(empty, self.request(empty, "admin").content_type(TYPE), self.body("ava@x.y")).await,
            "429" => self.too_soon(empty).await,
            "409" if self.method == "post" && self.path.starts_with("/connections/") => self.with_too_many(world).await,
            "409" if self.method == "patch" && self.of_connection() => {
                world.call(Method::PATCH, "/connections/native", Some(json!({ "state": "paused" }))).await
            }
            "409" => self.send(world, request, self.body(taken)).await,
            "412" if self.method == "post" => {
                self.send(world, request.header("if-none-match", "*"), self.body(taken)).await
            }
            "412" => self.send(world, request.header("if-match", "W/\"4711\""), self.body(taken)).await,
            "413" => self.send(world, request.header("content-length", "16777217"), json!({})).await,
            "415" => self.send(world, self.request(world, "admin").content_type("text/plain"), json!({})).await,
            "500" => self.send(world, self.request(world, "panic"), json!({})).await,
            "501" => {
                self.send(
                    world,
                    world.request(self.request(world, "").finish().method().clone(), "/Me", "admin"),
                    json!({}),
                )
                .await
            }
            _ => panic!("{} {} has an error {status} that nothing here provokes", self.method, self.path),
        }
    }
}

/// The error is at the nineteenth character, where the end is expected.
const FILTER: &str = r#"externalId eq "a" x"#;

/// Creates users and groups. Those whose names are refused with 409 get the ids of the examples.
async fn inhabited() -> World {
    let world = World::new(Backend::Sqlite).await.unwrap();
    for name in ["ava@example.com", "sam@example.com", "kim@example.com", "taken@example.com"] {
        world.user(name).await;
    }
    for name in ["Sales", "Engineering"] {
        world.group(name, &[]).await;
    }
    world
}

#[tokio::test]
async fn every_error_is_answered_as_the_document_shows_it() {
    let (document, world, empty) = (document().await, inhabited().await, World::new(Backend::Sqlite).await.unwrap());
    let mut provoked = 0;
    for (method, path, status, example) in answers(&document) {
        let operation = Operation { method, path };
        // 408 takes time, and 503 needs a database that is away.
        if status < "400" || ["408", "503"].contains(&status) {
            continue;
        }
        let answer = operation.provoke(status, &world, &empty).await;
        assert_eq!(answer.body, *example, "{method} {path} {status}");
        assert_eq!(answer.status.to_string(), status, "{method} {path}");
        provoked += 1;
    }
    assert!(provoked > 120, "{provoked}");
    world.reader.clone().close().await.unwrap();
    world.writer.clone().close().await.unwrap();
    for (method, path, _, example) in answers(&document).into_iter().filter(|(_, _, status, _)| *status == "503") {
        let operation = Operation { method, path };
        // These are answered without the database, so only the host's token store can make them fail.
        let alone =
            ["/Bulk", "/Schemas", "/Resource", "/Service", "/details"].iter().any(|start| path.starts_with(start));
        let token = if alone { "broken" } else { "admin" };
        let request = operation.request(&world, token).content_type(TYPE);
        assert_eq!(operation.send(&world, request, operation.body("ava@x.y")).await.body, *example, "{method} {path}");
    }
    empty.close().await;
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_answered_as_the_document_shows_it() {
    let (document, world) = (document().await, World::new(Backend::Sqlite).await.unwrap());
    // What the connection serves is known before the clock stops: a database cannot be asked then.
    world.get("/Users").await;
    tokio::time::pause();
    for (method, path, _, example) in answers(&document).into_iter().filter(|(_, _, status, _)| *status == "408") {
        let operation = Operation { method, path };
        let never = stream::pending::<Result<Vec<u8>, std::io::Error>>();
        let request = operation.request(&world, "admin").content_type(TYPE);
        let answer = world.send(request.body(Body::from_bytes_stream(never))).await;
        assert_eq!((answer.status, &answer.body), (408, example), "{method} {path}");
    }
    tokio::time::resume();
    world.close().await;
}
