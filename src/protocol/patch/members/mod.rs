//! Membership as edits: which ids a request adds to a group and which it removes, never the full list.

mod edit;
mod read;

use std::collections::HashSet;

use crate::protocol::{
    filter::Condition,
    id::{GroupId, UserId},
};
pub use {
    edit::{Edit, changes, edits},
    read::{GroupPatch, Named, ids, named, names_members, operation, plan},
};

/// A member's id: a user's, or a nested group's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemberId {
    User(UserId),
    Group(GroupId),
}

impl MemberId {
    /// Reads a SCIM `id` of a user or a group; `None` for anything but the canonical spelling.
    pub fn parse(id: &str) -> Option<Self> {
        UserId::parse(id).map(Self::User).or_else(|| GroupId::parse(id).map(Self::Group))
    }

    /// Returns the id as it appears in JSON, its endpoint, and its `type`.
    pub fn parts(self) -> (String, &'static str, &'static str) {
        match self {
            Self::User(id) => (id.to_string(), "Users", "User"),
            Self::Group(id) => (id.to_string(), "Groups", "Group"),
        }
    }
}

/// One operation on `members`.
#[derive(Debug, Clone)]
pub enum MemberOperation {
    Add(Vec<String>),
    Remove(Vec<String>),
    Replace(Vec<String>),
    /// Remove everybody.
    Clear,
    /// Remove members selected by more than their id; they have to be looked at.
    RemoveWhere(Condition),
}

/// Collects every id a request adds, even if it is removed again later in the request.
pub fn added(operations: &[MemberOperation]) -> HashSet<String> {
    let added = operations.iter().flat_map(|operation| match operation {
        MemberOperation::Add(ids) | MemberOperation::Replace(ids) => ids.as_slice(),
        _ => &[],
    });
    added.cloned().collect()
}
