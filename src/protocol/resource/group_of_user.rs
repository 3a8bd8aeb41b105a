//! `groups` of a user (RFC 7643 section 4.1.2).

/// A group that a user is in.
#[derive(Debug, Clone, Copy)]
pub struct GroupOfUser<'a> {
    pub id: i64,
    pub display: &'a str,
    /// Whether the user is a member itself, not only of a group nested in it.
    pub is_direct: bool,
}
