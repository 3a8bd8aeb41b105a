//! SCIM itself, as pure functions from values to values.
//!
//! Nothing here depends on a database, a clock, HTTP or async. The attribute table in [`schema`] drives everything else.

#[cfg(feature = "client-assertion")]
pub(crate) mod assertion;
pub mod assignee;
pub(crate) mod bounds;
pub(crate) mod case_fold;
pub mod connection;
pub(crate) mod date;
pub(crate) mod domain;
pub mod federation;
pub(crate) mod filter;
pub(crate) mod group_identifier;
pub(crate) mod hex;
pub(crate) mod host_status;
pub mod id;
pub(crate) mod json;
pub(crate) mod kept_attributes;
pub mod messages;
pub(crate) mod patch;
pub(crate) mod query;
pub(crate) mod quirks;
pub(crate) mod resource;
pub mod schema;
pub mod settings;
pub mod shorten;
pub(crate) mod token;
pub(crate) mod warnings;
