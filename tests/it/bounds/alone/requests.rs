//! Requests at each bound, on each way into the server, and what each may cost.

mod members;
mod operations;
mod queries;
mod values;
mod whole_bodies;

use fleet_scim::poem::{Request, http::Method};
use serde_json::{Map, Value, json};

use super::MIB;
use crate::{bounds::users, world::World};

/// A request, its expected status, and what it may cost.
pub struct Bounded {
    pub name: String,
    method: Method,
    path: String,
    /// Built just before it is sent, because its memory counts too.
    body: Option<Box<dyn FnOnce() -> String + Send>>,
    pub status: u16,
    pub statements: usize,
    /// MiB that it may allocate in total, including what is freed again.
    pub mib: usize,
}

impl Bounded {
    pub fn prepare(&mut self, world: &World) -> Request {
        let request = world.request(self.method.clone(), &self.path, "admin");
        match self.body.take() {
            Some(body) => request.content_type("application/scim+json").body(body()),
            None => request.finish(),
        }
    }
}

/// The resources that the requests are about.
pub struct Fixture {
    /// The id of the first of 20,000 users.
    first: i64,
    /// The paths of a group of all these users, and of an empty group.
    large: String,
    small: String,
    /// The paths of a user with 1,000 values of each of six attributes, and of users with only a name.
    rich: String,
    poor: [String; 4],
}

impl Fixture {
    pub async fn new(world: &World) -> Self {
        let users = users(world, 20_000).await;
        let members: Vec<Value> = users.iter().map(|id| json!({ "value": id.to_string() })).collect();
        let group = async |name: &str, members: &[Value]| {
            let id = world.created("/Groups", json!({ "displayName": name, "members": members })).await;
            format!("/Groups/{id}?attributes=id")
        };
        let user = async |name: &str, mut body: Map<String, Value>| {
            body.insert("userName".to_owned(), name.into());
            let id = world.created("/Users", body.into()).await;
            format!("/Users/{id}?attributes=id")
        };
        let large = group("large", &members).await;
        let small = group("small", &[]).await;
        let rich = user("rich@x.y", values::thousand_of_each()).await;
        let mut poor = std::array::from_fn(|_| String::new());
        for (at, path) in poor.iter_mut().enumerate() {
            *path = user(&format!("poor{at}@x.y"), Map::new()).await;
        }
        for number in 0..24 {
            user(&format!("fat{number}@x.y"), values::extensions(1, 250, &"x".repeat(4000).into())).await;
        }
        Self { first: users.first().copied().unwrap_or_default(), large, small, rich, poor }
    }

    /// Returns all requests. Each is sent once, in this order.
    pub fn requests(&self) -> Vec<Bounded> {
        let of = [self.whole_bodies(), self.values(), self.members(), self.operations(), self.queries()];
        of.into_iter().flatten().collect()
    }
}

/// Returns a path without its query.
fn without_query(path: &str) -> String {
    path.split('?').next().unwrap_or_default().to_owned()
}
