//! Whether a host has an owner.

/// What is known of a host's owner, as criteria name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostStatus {
    Owned,
    /// Nobody has an address of it.
    Unowned,
    /// Several people fit equally well.
    Ambiguous,
    /// It was said to be nobody's.
    Shared,
}

impl HostStatus {
    /// Those of a host that nobody owns.
    pub const WITHOUT_OWNER: [Self; 3] = [Self::Unowned, Self::Ambiguous, Self::Shared];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::Unowned => "unowned",
            Self::Ambiguous => "ambiguous",
            Self::Shared => "shared",
        }
    }
}
