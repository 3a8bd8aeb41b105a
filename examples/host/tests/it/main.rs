//! The reference host as a process, on three databases: how it starts, serves and stops.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod assignments;
mod criteria;
mod host;
mod identity_providers;
mod metrics;
mod oauth;
mod reports;
mod self_test;
mod shutdown;
mod sockets;
mod starts;
mod webhook;

use fleet_scim_dev::databases;
