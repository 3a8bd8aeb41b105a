//! The addresses of a host, the connections it is limited to, the users found, and why a host is owned or not.

mod addresses;
mod assign;
pub(crate) mod changes;
mod criteria;
mod end_users;
mod explain;
mod limits;
mod ownership;
mod reports;
mod source;
mod variables;
mod within;

pub use crate::protocol::assignee::Assignee;
use crate::{error::Error, protocol::schema::ResourceTypes, store::database::Database};
pub use {
    assign::{Assigned, Assignment},
    end_users::{EndUser, HostEndUsers, OtherEmail},
    explain::{CandidateLost, ExplainedCandidate, Explanation},
    ownership::{MatchedAttribute, Ownership},
    reports::{Report, ReportCounts, ReportRow, ReportUser},
    source::Source,
    variables::Variables,
    within::{claim_host_in, forget_host_in, limit_host_in, set_emails_in, set_name_in, unlimit_host_in},
};

/// The part of a [`ScimModule`](crate::ScimModule) that deals with hosts.
#[derive(Debug, Clone, Copy)]
pub struct Hosts<'a> {
    database: &'a Database,
    types: &'a ResourceTypes,
}

/// The largest number of hosts, rows or assignments in one call.
const AT_ONCE: usize = 1000;

fn check_number(asked: u64, of: &str) -> Result<(), Error> {
    if asked > AT_ONCE as u64 {
        return Err(Error::Invalid(format!("at most {AT_ONCE} {of} can be asked for at once")));
    }
    Ok(())
}

impl<'a> Hosts<'a> {
    pub(crate) const fn new(database: &'a Database, types: &'a ResourceTypes) -> Self {
        Self { database, types }
    }
}
