//! The addresses of a host, the connections it is limited to, the users found, and why a host is owned or not.

mod addresses;
pub(crate) mod changes;
mod end_users;
mod limits;
mod ownership;
mod source;
mod variables;
mod within;

use crate::store::database::Database;
pub use {
    end_users::{EndUser, HostEndUsers, OtherEmail},
    ownership::{MatchedAttribute, Ownership},
    source::Source,
    variables::Variables,
    within::{forget_host_in, limit_host_in, set_emails_in, set_name_in, unlimit_host_in},
};

/// The part of a [`ScimModule`](crate::ScimModule) that deals with hosts.
#[derive(Debug, Clone, Copy)]
pub struct Hosts<'a> {
    database: &'a Database,
}

impl<'a> Hosts<'a> {
    pub(crate) const fn new(database: &'a Database) -> Self {
        Self { database }
    }
}
