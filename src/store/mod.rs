//! SQL only: rows to resources, conditions to SQL. Nothing here knows HTTP or a SCIM operation.

pub(crate) mod both;
pub(crate) mod changes;
pub(crate) mod columns;
pub(crate) mod condition;
pub(crate) mod connection_check;
pub(crate) mod connections;
pub(crate) mod counts;
pub(crate) mod database;
pub(crate) mod dialect;
pub(crate) mod document;
pub(crate) mod extended;
pub(crate) mod groups;
pub(crate) mod hosts;
pub(crate) mod listing;
pub(crate) mod migration;
mod name_taken;
pub(crate) mod operation_error;
pub(crate) mod order;
pub(crate) mod properties;
pub(crate) mod request_id;
pub(crate) mod requests;
pub(crate) mod retry;
pub(crate) mod session;
pub(crate) mod sql;
pub(crate) mod statistics;
pub(crate) mod transient;
pub(crate) mod users;
