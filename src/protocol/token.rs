//! Tokens and secrets of our own: how they are spelled, and what of them is stored.

use sha2::{Digest, Sha256};

use super::hex::hex;

/// Bytes of the random part.
pub const RANDOM: usize = 32;
/// Bytes of the checksum that follows it: a token that was copied in part is told apart from one that was revoked.
const CHECKSUM: usize = 4;

/// What a secret text of ours is. The host's own tokens must not begin with `fscim_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A token of a connection, which an administrator made.
    Connection,
    /// An access token, which an OAuth client got.
    Access,
    /// The secret of an OAuth client. It is no bearer token.
    ClientSecret,
}

/// Why a text is no token of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

impl TokenKind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Connection => "fscim_",
            Self::Access => "fscim_at_",
            Self::ClientSecret => "fscim_cs_",
        }
    }

    /// Says what a text is by its prefix; `None` if it is not of ours.
    pub fn of(text: &str) -> Option<Self> {
        // That of a connection's tokens begins the others too.
        [Self::Access, Self::ClientSecret, Self::Connection].into_iter().find(|kind| text.starts_with(kind.prefix()))
    }

    /// Spells a token of this kind.
    pub fn spell(self, random: [u8; RANDOM]) -> String {
        let body = hex(&random);
        format!("{}{body}{}", self.prefix(), checksum(&body))
    }

    /// Returns what is stored of a token of this kind: its hash.
    ///
    /// # Errors
    /// If the checksum does not fit.
    pub fn hash(self, token: &str) -> Result<String, Damaged> {
        let body = token.strip_prefix(self.prefix()).ok_or(Damaged)?;
        let (body, given) = body.split_at_checked(RANDOM * 2).ok_or(Damaged)?;
        if given != checksum(body) {
            return Err(Damaged);
        }
        Ok(hex(&Sha256::digest(token)))
    }
}

fn checksum(body: &str) -> String {
    hex(&Sha256::digest(body)[..CHECKSUM])
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [TokenKind; 3] = [TokenKind::Connection, TokenKind::Access, TokenKind::ClientSecret];

    #[test]
    fn a_token_that_was_copied_in_part_or_mistyped_is_damaged() {
        for kind in KINDS {
            let whole = kind.spell([7; RANDOM]);
            for at in 0..whole.len() {
                assert_eq!(kind.hash(&whole[..at]), Err(Damaged));
                let mut other = whole.clone().into_bytes();
                other[at] = if other[at] == b'0' { b'1' } else { b'0' };
                assert_eq!(kind.hash(&String::from_utf8(other).unwrap()), Err(Damaged), "{at}");
            }
            assert!([&format!("{whole}0"), "fscim_é"].iter().all(|other| kind.hash(other) == Err(Damaged)));
        }
    }

    #[test]
    fn a_kind_is_told_by_the_prefix_and_never_taken_for_another() {
        for kind in KINDS {
            let token = kind.spell([7; RANDOM]);
            assert_eq!(TokenKind::of(&token), Some(kind));
            assert!(KINDS.iter().all(|other| other.hash(&token).is_ok() == (*other == kind)));
        }
        assert_eq!(TokenKind::of("fscim-x"), None);
    }
}
