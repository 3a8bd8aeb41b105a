//! Whom a host is assigned to by hand.

use super::id::UserId;

/// Whom a host is assigned to by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever has this address, now or later.
    Address(String),
    /// This user, whatever they are called.
    User(UserId),
    /// Nobody: a kiosk, or a computer of a lab.
    Shared,
}

/// The source of a row of `scim_host_emails` that stands for an assignment to a user, or to nobody.
pub const ASSIGNED: &str = "assigned";
/// Its rank: before an address set by hand.
pub const ASSIGNED_RANK: i16 = -1;
/// The key of a host that is nobody's. No folded address equals it.
pub const SHARED_KEY: &str = "SHARED";
/// The beginning of the key by which a user is assigned. No folded address begins so.
pub const USER_KEY: &str = "ID:";

/// Returns the key by which a user is assigned.
pub fn user_key(user: i64) -> String {
    format!("{USER_KEY}{user}")
}
