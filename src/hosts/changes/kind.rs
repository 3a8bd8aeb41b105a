//! Which kinds of changes there are.

/// What changed.
///
/// Where RFC 9967 has an event for it, [`event`](ChangeKind::event) names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// A user is new.
    UserCreated,
    /// Attributes of a user changed.
    UserChanged,
    /// A user left: `active` became false, whatever else changed.
    UserDeactivated,
    /// A user is back: `active` became true.
    UserReactivated,
    /// A user was deleted.
    UserDeleted,
    /// The addresses of users find hosts, or no longer, because the domains of their connection changed.
    UserAddresses,
    /// A group is new.
    GroupCreated,
    /// A group has another `displayName`, whatever else changed.
    GroupRenamed,
    /// Attributes of a group changed.
    GroupChanged,
    /// A group was deleted.
    GroupDeleted,
    /// Users or groups joined a group.
    MembershipAdded,
    /// Users or groups left a group.
    MembershipRemoved,
    /// The host server reported other addresses of a host, or forgot it.
    HostAddresses,
    /// A host may have its user from other connections.
    HostLimits,
    /// A host was assigned by hand, or one that is known by a key will be.
    HostAssigned,
    /// An assignment was taken back.
    HostUnassigned,
    /// Another user is shown for a host, or something else of the user.
    HostOwner,
    /// A connection is new.
    ConnectionCreated,
    /// An administrator changed a connection.
    ConnectionChanged,
    /// A connection is gone, with its users and groups.
    ConnectionDeleted,
    /// A token, an OAuth client or a secret of one was made.
    CredentialCreated,
    /// A token, an OAuth client or a secret of one was revoked.
    CredentialDeleted,
    /// A token or a client's secret ends in 30, 7 or 1 days.
    CredentialEnds,
    /// One of a newer version of this library.
    Other,
}

const NAMES: [(ChangeKind, &str); 23] = [
    (ChangeKind::UserCreated, "user.created"),
    (ChangeKind::UserChanged, "user.changed"),
    (ChangeKind::UserDeactivated, "user.deactivated"),
    (ChangeKind::UserReactivated, "user.reactivated"),
    (ChangeKind::UserDeleted, "user.deleted"),
    (ChangeKind::UserAddresses, "user.addresses"),
    (ChangeKind::GroupCreated, "group.created"),
    (ChangeKind::GroupRenamed, "group.renamed"),
    (ChangeKind::GroupChanged, "group.changed"),
    (ChangeKind::GroupDeleted, "group.deleted"),
    (ChangeKind::MembershipAdded, "membership.added"),
    (ChangeKind::MembershipRemoved, "membership.removed"),
    (ChangeKind::HostAddresses, "host.addresses"),
    (ChangeKind::HostLimits, "host.limits"),
    (ChangeKind::HostAssigned, "host.assigned"),
    (ChangeKind::HostUnassigned, "host.unassigned"),
    (ChangeKind::HostOwner, "host.owner"),
    (ChangeKind::ConnectionCreated, "connection.created"),
    (ChangeKind::ConnectionChanged, "connection.changed"),
    (ChangeKind::ConnectionDeleted, "connection.deleted"),
    (ChangeKind::CredentialCreated, "credential.created"),
    (ChangeKind::CredentialDeleted, "credential.deleted"),
    (ChangeKind::CredentialEnds, "credential.ends"),
];

impl ChangeKind {
    pub(super) fn from_stored(kind: &str) -> Self {
        NAMES.iter().find(|(_, name)| *name == kind).map_or(Self::Other, |(kind, _)| *kind)
    }

    /// Returns the name, such as `user.deactivated`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// Returns the event of RFC 9967 that says the same, section 2.4. What changes the members of a group is a change of the group.
    #[must_use]
    pub const fn event(self) -> Option<&'static str> {
        match self {
            Self::UserCreated | Self::GroupCreated => Some("urn:ietf:params:scim:event:prov:create:notice"),
            Self::UserChanged
            | Self::GroupRenamed
            | Self::GroupChanged
            | Self::MembershipAdded
            | Self::MembershipRemoved => Some("urn:ietf:params:scim:event:prov:patch:notice"),
            Self::UserDeactivated => Some("urn:ietf:params:scim:event:prov:deactivate"),
            Self::UserReactivated => Some("urn:ietf:params:scim:event:prov:activate"),
            Self::UserDeleted | Self::GroupDeleted => Some("urn:ietf:params:scim:event:prov:delete"),
            _ => None,
        }
    }
}
