//! The messages of SCIM beside resources: errors, lists, Bulk, discovery.

pub mod bulk;
pub mod connection;
pub mod discovery;
pub mod error;
pub mod list;
