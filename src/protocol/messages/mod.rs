//! The messages of SCIM beside resources: errors, lists, Bulk, discovery; and those about connections and access tokens.

pub mod bulk;
pub mod client;
pub mod connection;
pub mod discovery;
pub mod error;
pub mod list;
pub mod oauth;
pub mod oauth_error;
pub mod token;
