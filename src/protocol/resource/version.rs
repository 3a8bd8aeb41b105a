//! Entity tags (RFC 7644 section 3.14): `meta.version` and the ETag are the same text.
//!
//! The `headers` crate reads such lists too, but knows no tag without quotes, which clients send, and compares whole tags
//! only: `If-Match` on a user compares the version, whatever the groups were then.

use sha2::{Digest, Sha256};

use super::group_of_user::GroupOfUser;
use crate::protocol::hex::hex;

/// Builds a group's tag.
pub fn of_group(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Builds a user's tag. `groups` is part of the representation and changes without a write to the user's row, so a hash of
/// it follows the version.
pub fn of_user(version: i64, groups: &[GroupOfUser<'_>]) -> String {
    if groups.is_empty() {
        return format!("W/\"{version}-0\"");
    }
    let mut hash = Sha256::new();
    for GroupOfUser { id, display, is_direct } in groups {
        hash.update(id.to_be_bytes());
        hash.update((display.len() as u64).to_be_bytes());
        hash.update(display);
        if !is_direct {
            hash.update("indirect");
        }
    }
    let digest = hash.finalize();
    format!("W/\"{version}-{}\"", hex(&digest[..8]))
}

/// Splits the elements of a list; a comma inside quotes is part of a tag.
fn list(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let comma = move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    header.split(comma).map(str::trim)
}

/// What an `If-Match` or `If-None-Match` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`: any version.
    Any,
    /// The opaque tags, weak or strong.
    Of(Vec<String>),
}

impl Tags {
    /// Reads an `If-Match` or `If-None-Match` header.
    pub fn parse(header: &str) -> Self {
        if list(header).any(|tag| tag == "*") {
            return Self::Any;
        }
        let tags = list(header).map(|tag| {
            let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag);
            tag.trim_matches('"').to_owned()
        });
        Self::Of(tags.filter(|tag| !tag.is_empty()).collect())
    }

    /// Says whether one of the tags has this version of the row, whatever the groups were then.
    pub fn match_version(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|tag| {
                let of_row = tag.split('-').next().unwrap_or_default();
                of_row == version.to_string()
            }),
        }
    }

    /// Says whether one of the tags equals this whole tag (RFC 9110 section 8.8.3.2, weak comparison).
    pub fn match_whole(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|tag| etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"') == tag),
        }
    }
}
