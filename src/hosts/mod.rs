//! The addresses of a host, the users found by them, and why a host is owned or not.

mod addresses;
mod end_users;
mod ownership;
mod source;

use crate::store::database::Database;
pub use {
    addresses::{forget_host_in, set_emails_in, set_name_in},
    end_users::{EndUser, HostEndUsers, OtherEmail},
    ownership::{MatchedAttribute, Ownership},
    source::Source,
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
