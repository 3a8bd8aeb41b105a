//! Entity tags (RFC 7644 section 3.14): `meta.version` and the ETag are the same text.

use sha2::{Digest, Sha256};

/// A group's tag.
pub fn of_group(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// A user's tag: `groups` is part of the representation and changes without a write to the user's row, so its hash
/// stands behind the version.
pub fn of_user(version: i64, groups: &[(i64, &str)]) -> String {
    if groups.is_empty() {
        return format!("W/\"{version}-0\"");
    }
    let mut hash = Sha256::new();
    for (id, display) in groups {
        hash.update(id.to_be_bytes());
        hash.update((display.len() as u64).to_be_bytes());
        hash.update(display);
    }
    let digest = hash.finalize();
    let mut short = String::with_capacity(16);
    for byte in &digest[..8] {
        short.push_str(&format!("{byte:02x}"));
    }
    format!("W/\"{version}-{short}\"")
}

/// The elements of a list; a comma inside of quotes is a part of a tag.
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

    /// Whether one of the tags is of this version of the row, whatever the groups were then.
    pub fn match_version(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|tag| {
                let of_row = tag.split('-').next().unwrap_or_default();
                of_row == version.to_string()
            }),
        }
    }

    /// Whether one of the tags is the whole of this one (RFC 9110 section 8.8.3.2, weak comparison).
    pub fn match_whole(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Of(tags) => tags.iter().any(|tag| etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"') == tag),
        }
    }
}
