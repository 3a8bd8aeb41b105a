//! What a host server needs to test its own mount: temporary databases, and a client that speaks as identity providers do.
//!
//! The checks are whole life cycles of Okta, Entra ID and authentik, and what goes wrong on the way between them and a mount: a
//! proxy that cuts bodies, drops headers or rewrites URLs. Each deletes what it created.
//!
//! ```
//! use fleet_scim::{Authenticator, AuthenticatorError, Principal, Role, ScimModule, testing::{Client, TemporaryDatabase}};
//! use poem::Route;
//! # struct Tokens;
//! # impl Authenticator for Tokens {
//! #     async fn authenticate(&self, token: &str) -> Result<Option<Principal>, AuthenticatorError> {
//! #         Ok((token == "secret").then(|| Principal::new(Role::Maintainer)))
//! #     }
//! # }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let database = TemporaryDatabase::sqlite().await?;
//! let scim = ScimModule::builder(database.pools(), Tokens).build().await?;
//! let app = Route::new().nest("/api/v1/fleet/scim", scim.endpoint());
//!
//! let client = Client::of_endpoint(app, "/api/v1/fleet/scim", "secret");
//! client.check().await.into_result()?;
//! # database.remove().await?;
//! # Ok(()) }
//! ```

mod checks;
mod client;
mod database;
mod reply;
mod report;
mod scratch;

pub use {
    client::Client,
    database::TemporaryDatabase,
    reply::Reply,
    report::{Check, Failed, Report},
};
