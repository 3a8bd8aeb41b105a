//! SQL only: rows to resources, conditions to SQL. Nothing here knows HTTP or a SCIM operation.

pub(crate) mod both;
pub(crate) mod changes;
pub(crate) mod condition;
pub(crate) mod connections;
pub(crate) mod counts;
pub(crate) mod database;
pub(crate) mod dialect;
pub(crate) mod extended;
pub(crate) mod failure;
pub(crate) mod fitness;
pub(crate) mod groups;
mod held;
pub(crate) mod hosts;
pub(crate) mod listing;
pub(crate) mod migration;
pub(crate) mod order;
pub(crate) mod properties;
pub(crate) mod request_id;
pub(crate) mod requests;
pub(crate) mod retry;
pub(crate) mod session;
pub(crate) mod sql;
pub(crate) mod statistics;
mod tables;
pub(crate) mod transient;
pub(crate) mod users;
