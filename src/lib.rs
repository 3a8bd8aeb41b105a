//! A SCIM 2.0 service provider for a host-management server.
//!
//! Okta, Entra ID and other identity providers push users and groups to it; it tells the server who uses each host: full
//! name, department, groups, and whether they still work there. It runs in the server's process, on the server's database
//! connection, beside the server's tables.
//!
//! ```no_run
//! use fleet_scim::{ScimModule, connect};
//! use poem::{Route, Server, listener::TcpListener};
//! # use fleet_scim::{Authenticator, AuthenticatorError, Principal, Role};
//! # struct Tokens;
//! # impl Authenticator for Tokens {
//! #     async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
//! #         Ok(Some(Principal::new(Role::Admin)))
//! #     }
//! # }
//!
//! # async fn f() -> Result<(), Box<dyn std::error::Error>> {
//! let pools = connect("postgres://fleet@db/fleet").await?;
//! ScimModule::migrate(&pools.writer).await?;
//! let builder = ScimModule::builder(pools.clone(), Tokens).public_url("https://fleet.example.com");
//! let scim = builder.build().await?;
//! let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
//! let worker = tokio::spawn(scim.worker(async { drop(stopped.await) }));
//! let app = Route::new().nest("/api/v1/fleet/scim", scim.endpoint());
//! // Also wait for SIGTERM, which service managers send: the guide shows how.
//! let interrupted = async { drop(tokio::signal::ctrl_c().await) };
//! let served = Server::new(TcpListener::bind("127.0.0.1:8080")).run_with_graceful_shutdown(app, interrupted, None).await;
//! drop(stop);
//! worker.await?;
//! pools.close().await?;
//! served?;
//! # Ok(()) }
//! ```
//!
//! The host implements [`Authenticator`], reports the addresses of its hosts through [`ScimModule::hosts`], and finds out
//! who uses them there or by joining [`entity::host_scim_user`].
//!
//! Where to begin: [`connect()`] opens the pools, [`ScimModule::migrate`] makes the tables, [`ScimModule::builder`] takes the settings of
//! [`Builder`], [`ScimModule::endpoint`] is mounted, [`ScimModule::worker`] runs beside it. [`hosts`] is the host server's side,
//! and `testing` (a feature) checks a mount. The guide is `docs/hosting.md` in the repository and in the package.

#![warn(missing_docs)]

#[cfg(not(any(doc, feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("choose at least one of the features sqlite, postgres and mysql");

mod api;
mod auth;
mod begin_write;
mod builder;
mod connect;
mod connections;
mod error;
pub mod hosts;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
#[cfg(feature = "client-assertion")]
mod keys;
mod module;
mod native;
mod protocol;
mod provider;
mod runtime;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use entity;
#[cfg(feature = "client-assertion")]
pub use keys::KeySource;
pub use poem;
pub use sea_orm;
#[cfg(feature = "migration")]
pub use sea_orm_migration;
pub use {
    auth::{Authenticator, AuthenticatorError, Principal, RequestHead, Role},
    begin_write::begin_write,
    builder::Builder,
    connect::{Pools, connect, connect_options},
    connections::Connections,
    error::Error,
    hosts::changes::{
        Change, ChangeKind, ChangedAssignment, ChangedCredential, ChangedGroup, ChangedUser, Changes, ShownUser,
    },
    module::ScimModule,
    native::Native,
    protocol::{
        case_fold::case_fold,
        connection::{ConnectionKind, ConnectionState, Vendor},
        federation::Federation,
        id::{ClientId, ConnectionId, GroupId, HostId, SecretId, TokenId, UserId},
        messages::{
            client::{NewClient, NewSecret},
            connection::{ConnectionChange, NewConnection, SettingsChange},
            error::{ScimError, ScimType},
            token::NewToken,
        },
        schema::{Schema, attribute::Attribute},
        settings::Settings,
    },
    provider::connections::{Deletion, IssuedClient, IssuedSecret, IssuedToken},
    store::{
        clients::{Client, ClientSecret},
        connections::{Connection, ManagedBy},
        tokens::ConnectionToken,
    },
};

/// The examples of the guide compile.
#[cfg(doctest)]
#[doc = include_str!("../docs/hosting.md")]
struct Hosting;

/// The README's example compiles here; a test holds the two equal.
///
/// ```no_run
/// # use fleet_scim::{hosts::Source, Authenticator, AuthenticatorError, HostId, Principal, ScimModule, connect};
/// # use poem::Route;
/// # struct Tokens;
/// # impl Authenticator for Tokens {
/// #     async fn authenticate(&self, _: &str) -> Result<Option<Principal>, AuthenticatorError> {
/// #         Ok(None)
/// #     }
/// # }
/// # async fn f() -> Result<(), Box<dyn std::error::Error>> {
/// let pools = connect("postgres://fleet@db/fleet").await?;
/// ScimModule::migrate(&pools.writer).await?;
/// let scim = ScimModule::builder(pools, Tokens).public_url("https://fleet.example.com").build().await?;
/// tokio::spawn(scim.worker(std::future::pending()));
/// let app = Route::new().nest("/api/v1/fleet/scim", scim.endpoint());
/// scim.hosts().set_emails(HostId(42), &Source::MdmIdpAccounts, &["ava@example.com"]).await?;
/// let owner = scim.hosts().end_users_of(HostId(42)).await?;
/// # drop(app);
/// # drop(owner);
/// # Ok(()) }
/// ```
#[cfg(doctest)]
struct Readme;
