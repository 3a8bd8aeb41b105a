//! What a request is told of its connection's settings.

use crate::protocol::connection::Vendor;

/// Settings of a connection that its requests follow; all are off unless set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether a user's emails stay as they were first provisioned. Harness calls the opposite `UPDATE_EMAILS_VIA_SCIM`
    /// (2026-11).
    pub keeps_emails: bool,
    /// Whether a user who is deactivated is deleted, as Harness does (2026-11).
    pub deletes_deactivated: bool,
    /// Whether a request that adds an unknown member to a group is refused. Otherwise the member is skipped.
    pub refuses_unknown_members: bool,
    /// Whether a group keeps its identifier when it is renamed. Otherwise the identifier follows the name.
    pub keeps_identifiers: bool,
}

impl Vendor {
    /// Says whether a PUT of a group without `members` keeps them unless an administrator sets it: Keycloak's client renames
    /// groups that way (keycloak-scim#134).
    #[must_use]
    pub const fn keeps_members(self) -> bool {
        matches!(self, Self::Keycloak)
    }
}
