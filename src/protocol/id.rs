//! Ids of resources, connections and hosts; only their canonical spelling is accepted.

use std::fmt;

/// Parses a positive decimal number without sign, leading zero or overflow.
fn canonical(text: &str) -> Option<i64> {
    let number = text.parse::<i64>().ok().filter(|n| *n > 0)?;
    (number.to_string() == text).then_some(number)
}

/// A user: the SCIM `id` is the decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub i64);

/// A group: the SCIM `id` is `group-` and the decimal number, so that it never equals a user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub i64);

/// A connection: one identity provider's users and groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub i64);

/// A token of a connection; no part of the token itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(pub i64);

/// An OAuth client of a connection; not the `client_id` that it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub i64);

/// A secret of an OAuth client; no part of the secret itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId(pub i64);

/// A host, identified by the host server's own key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct HostId(pub i64);

/// A client's request or a call by the host: 128 bits, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub u128);

impl RequestId {
    /// For work that writes nothing that is traced.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl ConnectionId {
    /// The connection `default`, which exists since the first migration.
    pub const DEFAULT: Self = Self(1);
}

impl UserId {
    /// Reads a SCIM `id`; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        canonical(id).map(Self)
    }
}

impl TokenId {
    /// Reads a token's id; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        canonical(id).map(Self)
    }
}

impl ClientId {
    /// Reads a client's id; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        canonical(id).map(Self)
    }
}

impl SecretId {
    /// Reads a secret's id; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        canonical(id).map(Self)
    }
}

impl HostId {
    /// Reads a host's id; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        id.parse().ok().filter(|number: &i64| number.to_string() == id).map(Self)
    }
}

impl GroupId {
    /// Reads a SCIM `id`; `None` for anything but the canonical spelling.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        canonical(id.strip_prefix("group-")?).map(Self)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "group-{}", self.0)
    }
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_an_id() {
        assert_eq!(UserId::parse("7"), Some(UserId(7)));
        for other in ["007", "+7", "-7", "0", "", " 7", "7 ", "9223372036854775808", "group-7", "7\0"] {
            assert_eq!(UserId::parse(other), None, "{other:?}");
        }
        assert_eq!(GroupId::parse("group-7"), Some(GroupId(7)));
        for other in ["7", "group-07", "Group-7", "group-", "group-group-7"] {
            assert_eq!(GroupId::parse(other), None, "{other:?}");
        }
    }
}
